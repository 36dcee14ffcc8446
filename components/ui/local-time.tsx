'use client';

import { useSyncExternalStore } from 'react';
import { useLocale } from 'use-intl';

const never = () => () => undefined;

/** Hours and minutes, in the zone of whoever asks. */
export const timeOfDay = (iso: string, language: string): string =>
  new Date(iso).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A time of day in the reader's own zone. Empty until the browser has taken over, since only it knows the zone. */
export function LocalTime({ iso }: { iso: string }) {
  const language = useLocale();
  const words = useSyncExternalStore(
    never,
    () => timeOfDay(iso, language),
    () => '',
  );
  return <time dateTime={iso}>{words}</time>;
}
