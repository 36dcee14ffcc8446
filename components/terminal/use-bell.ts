'use client';

import { useEffect, useState } from 'react';

const SHOWN_MS = 300;

/** Which shell's bell has rung within the last moment. */
export function useBell(): [string | null, (shell: string) => void] {
  const [rung, setRung] = useState<{ shell: string } | null>(null);
  useEffect(() => {
    if (!rung) return;
    const timer = setTimeout(() => setRung(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [rung]);
  return [rung?.shell ?? null, (shell) => setRung({ shell })];
}
