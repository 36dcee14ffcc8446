'use client';

import { useCallback, useEffect, useState } from 'react';

const SHOWN_MS = 5000;

/** A sentence that is shown for a while. Said again, it is shown again. */
export function useNotice(): [string | null, (words: string) => void] {
  const [notice, setNotice] = useState<{ words: string } | null>(null);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const say = useCallback((words: string) => setNotice({ words }), []);
  return [notice?.words ?? null, say];
}
