'use client';

import { useCallback, useRef, useState } from 'react';
import { type Modifiers, withModifiers } from './key-sequences.ts';

const NONE: Modifiers = { ctrl: false, alt: false };

export type HeldKeys = {
  held: Modifiers;
  change: (part: Partial<Modifiers>) => void;
  /** What was held, which lets it go: a held key counts for one other. */
  take: () => Modifiers;
  /** Puts it to what is typed. */
  apply: (text: string) => string;
};

/** Ctrl and Alt of the touch bar: held by one tap, until the next key. */
export function useHeldKeys(): HeldKeys {
  const [held, setHeld] = useState(NONE);
  // Keys come from the terminal faster than the page is drawn.
  const now = useRef(NONE);
  const set = useCallback((next: Modifiers) => {
    now.current = next;
    setHeld(next);
  }, []);
  const take = useCallback(() => {
    const before = now.current;
    if (before.ctrl || before.alt) set(NONE);
    return before;
  }, [set]);
  const change = useCallback((part: Partial<Modifiers>) => set({ ...now.current, ...part }), [set]);
  const apply = useCallback((text: string) => withModifiers(text, take()), [take]);
  return { held, change, take, apply };
}
