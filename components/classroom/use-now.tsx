'use client';

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Age, ageOf } from './age.ts';

const TICK_MS = 5000;
const Now = createContext(0);

/** Gives the time to everything that tells an age. Begins at the server's clock, so that the first drawing agrees. */
export function NowProvider({ start, children }: { start: string; children: ReactNode }) {
  const [now, setNow] = useState(() => Date.parse(start));
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <Now value={now}>{children}</Now>;
}

export const useNow = (): number => useContext(Now);

/** Ages in words. `area` names the messages that hold them: `age.now`, `age.seconds`, … */
export function useAgeWords(area: 'teach' | 'admin'): (age: Age) => string {
  const t = useTranslations(`${area}.age`);
  return ({ unit, count }) => t(unit, { count });
}

/** The time since `iso`, kept true while the page is open. */
export function AgeText({ iso, area }: { iso: string; area: 'teach' | 'admin' }) {
  const words = useAgeWords(area);
  return <time dateTime={iso}>{words(ageOf(iso, useNow()))}</time>;
}
