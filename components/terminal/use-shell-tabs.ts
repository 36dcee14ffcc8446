'use client';

import { useEffect, useState } from 'react';

const FIRST = 'shell-1';
const MOST_SHELLS = 4;

export type ShellTabs = {
  shells: readonly string[];
  active: string;
  select: (shell: string) => void;
  /** Null when there are as many as may be. */
  add: (() => void) | null;
  close: (shell: string) => void;
};

/** Which shells the page shows. Remembered for the visit, as the shells themselves live on in the sandbox. */
export function useShellTabs(enrollmentId: string): ShellTabs {
  const key = `chapterhouse.shells.${enrollmentId}`;
  const [shells, setShells] = useState<readonly string[]>([FIRST]);
  const [active, select] = useState(FIRST);
  useEffect(() => setShells(parseShells(sessionStorage.getItem(key))), [key]);
  const keep = (next: readonly string[]) => {
    sessionStorage.setItem(key, next.join(','));
    setShells(next);
  };
  const free = [...Array(MOST_SHELLS).keys()].map((n) => `shell-${n + 1}`).find((name) => !shells.includes(name));
  const add = () => {
    if (!free) return;
    keep([...shells, free].sort());
    select(free);
  };
  const close = (shell: string) => {
    const rest = shells.filter((name) => name !== shell);
    keep(rest.length > 0 ? rest : [FIRST]);
    if (active === shell) select(rest.at(-1) ?? FIRST);
  };
  return { shells, active, select, add: free ? add : null, close };
}

export function parseShells(stored: string | null): readonly string[] {
  const known = (stored ?? '').split(',').filter((name) => /^shell-[1-4]$/.test(name));
  return known.length > 0 ? [...new Set(known)] : [FIRST];
}
