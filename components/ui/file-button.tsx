'use client';

import { useRef } from 'react';
import { Button } from './button.tsx';
import classes from './file-button.module.css';

type FileButtonProps = {
  label: string;
  /** As `accept` of a file input. */
  accept: string;
  /** The element that says more. */
  describedBy: string;
  disabled: boolean;
  onFile: (file: File) => void;
};

/** A button that asks for one file; the same file may be chosen again. */
export function FileButton({ label, accept, describedBy, disabled, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        className={classes.input}
        type="file"
        accept={accept}
        aria-label={label}
        aria-describedby={describedBy}
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
      <Button size="sm" disabled={disabled} aria-describedby={describedBy} onClick={() => input.current?.click()}>
        {label}
      </Button>
    </>
  );
}
