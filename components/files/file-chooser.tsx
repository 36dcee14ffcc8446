'use client';

import { type ReactNode, useRef } from 'react';
import { useTranslations } from 'use-intl';

type FileChooserProps = { onFiles: (files: readonly File[]) => void; children: (choose: () => void) => ReactNode };

/** The browser's own choice of files behind a button of ours: for the keyboard and for touch. */
export function FileChooser({ onFiles, children }: FileChooserProps) {
  const t = useTranslations('files');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        aria-label={t('chooseFiles')}
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          // The same file may be chosen again.
          currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
      {children(() => input.current?.click())}
    </>
  );
}
