'use client';

import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import classes from './admin.module.css';

/** The newest lines; stays at the end unless the reader has scrolled up. Not announced: it would never be silent. */
export function BuildLog({ lines, open }: { lines: readonly string[]; open: boolean }) {
  const t = useTranslations('admin.image');
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when lines were added
  useEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  if (lines.length === 0 && !open) return null;
  const scrolled = (pre: HTMLPreElement) => {
    atEnd.current = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 24;
  };
  return (
    <details className={classes.log} open={open}>
      <summary>{t('log')}</summary>
      <pre
        ref={box}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard
        tabIndex={0}
        aria-label={t('log')}
        onScroll={(event) => scrolled(event.currentTarget)}
      >
        {lines.length === 0 ? t('noLog') : lines.join('\n')}
      </pre>
    </details>
  );
}
