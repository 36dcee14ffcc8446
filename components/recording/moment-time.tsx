'use client';

import { useSyncExternalStore } from 'react';
import { useLocale } from 'use-intl';

const never = () => () => undefined;

/** Day and time in the reader's own zone; before the browser has taken over, in that of Greenwich, and named so. */
export function MomentTime({ iso }: { iso: string }) {
  const language = useLocale();
  const words = useSyncExternalStore(
    never,
    () => momentWords(iso, language),
    () => `${momentWords(iso, language, 'UTC')} UTC`,
  );
  return <time dateTime={iso}>{words}</time>;
}

function momentWords(iso: string, language: string, timeZone?: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'long' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Date(iso).toLocaleString(language, { ...day, ...time, ...(timeZone && { timeZone }) });
}
