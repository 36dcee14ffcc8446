'use client';

import { useCallback, useSyncExternalStore } from 'react';

export type TerminalSettings = { fontSize: number; screenReader: boolean };

const KEY = 'chapterhouse.terminal';
const DEFAULTS: TerminalSettings = { fontSize: 14, screenReader: false };
export const FONT_SIZES: readonly number[] = [11, 12, 13, 14, 15, 16, 18, 20, 24];

const listeners = new Set<() => void>();
let cached: { text: string | null; settings: TerminalSettings } = { text: null, settings: DEFAULTS };

/** What this browser prefers for every terminal. */
export function useTerminalSettings(): [TerminalSettings, (change: Partial<TerminalSettings>) => void] {
  const settings = useSyncExternalStore(subscribe, read, () => DEFAULTS);
  const change = useCallback((part: Partial<TerminalSettings>) => {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), ...part }));
    for (const listener of listeners) listener();
  }, []);
  return [settings, change];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): TerminalSettings {
  const text = localStorage.getItem(KEY);
  if (text !== cached.text) cached = { text, settings: parseSettings(text) };
  return cached.settings;
}

/** Anything unreadable in the browser's store counts as nothing. */
export function parseSettings(text: string | null): TerminalSettings {
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    if (typeof stored !== 'object' || stored === null) return DEFAULTS;
    const fontSize = 'fontSize' in stored && FONT_SIZES.find((size) => size === stored.fontSize);
    const screenReader = 'screenReader' in stored && stored.screenReader === true;
    return { fontSize: fontSize || DEFAULTS.fontSize, screenReader };
  } catch {
    return DEFAULTS;
  }
}
