'use client';

import { useCallback, useSyncExternalStore } from 'react';

export type TerminalSettings = {
  fontSize: number;
  screenReader: boolean;
  /** Ctrl-C copies while text is selected, as in other programs. */
  copyByCtrlC: boolean;
  /** What happens with several pasted lines: asked each time, or as was answered once and for all. */
  pasteLines: 'ask' | 'as_is' | 'one_line';
  bellSound: boolean;
  /** Programs may put text on the clipboard (OSC 52). */
  programsCopy: boolean;
  /** The bar of keys for touch is shown even where there is a keyboard. */
  keyBar: boolean;
};

const KEY = 'chapterhouse.terminal';
export const FONT_SIZES: readonly number[] = [11, 12, 13, 14, 15, 16, 18, 20, 24];
const DEFAULTS: TerminalSettings = {
  fontSize: 14,
  screenReader: false,
  copyByCtrlC: false,
  pasteLines: 'ask',
  bellSound: false,
  programsCopy: false,
  keyBar: false,
};

/** The next size up or down; the same one at the end of the scale. */
export function nextFontSize(size: number, way: 'larger' | 'smaller'): number {
  const at = FONT_SIZES.indexOf(size) + (way === 'larger' ? 1 : -1);
  return FONT_SIZES[at] ?? size;
}

const listeners = new Set<() => void>();
let cached: { text: string | null; settings: TerminalSettings } = { text: null, settings: DEFAULTS };

/** What this browser prefers for every terminal, in all its windows. */
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
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function read(): TerminalSettings {
  const text = localStorage.getItem(KEY);
  if (text !== cached.text) cached = { text, settings: parseSettings(text) };
  return cached.settings;
}

/** Anything unreadable in the browser's store counts as nothing. */
export function parseSettings(text: string | null): TerminalSettings {
  const stored = parseObject(text);
  const isOn = (name: string) => stored.get(name) === true;
  const lines = stored.get('pasteLines');
  return {
    fontSize: FONT_SIZES.find((size) => size === stored.get('fontSize')) ?? DEFAULTS.fontSize,
    screenReader: isOn('screenReader'),
    copyByCtrlC: isOn('copyByCtrlC'),
    pasteLines: lines === 'as_is' || lines === 'one_line' ? lines : 'ask',
    bellSound: isOn('bellSound'),
    programsCopy: isOn('programsCopy'),
    keyBar: isOn('keyBar'),
  };
}

function parseObject(text: string | null): Map<string, unknown> {
  try {
    const stored: unknown = JSON.parse(text ?? '{}');
    return new Map(typeof stored === 'object' && stored !== null ? Object.entries(stored) : []);
  } catch {
    return new Map();
  }
}
