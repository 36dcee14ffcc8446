/** What keys do inside the terminal; all others are the shell's. */
export type ShortcutAction =
  | 'copy'
  | 'leave'
  /** To the answer to who would like to type, or types. */
  | 'company'
  | 'search'
  | 'larger'
  | 'smaller'
  | 'screen_reader'
  | 'read_output'
  | 'split'
  | 'other_pane'
  /** The browser pastes by itself, and needs no permission for it. */
  | 'browser_pastes';

export type Keys = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;
export type ShortcutSituation = { copyByCtrlC: boolean; hasSelection: boolean };

const WITH_CTRL_SHIFT: Record<string, ShortcutAction> = {
  c: 'copy',
  v: 'browser_pastes',
  f: 'search',
  s: 'screen_reader',
  o: 'read_output',
  d: 'split',
  '+': 'larger',
  '=': 'larger',
  '-': 'smaller',
  _: 'smaller',
  escape: 'leave',
  f6: 'company',
  arrowleft: 'other_pane',
  arrowright: 'other_pane',
  arrowup: 'other_pane',
  arrowdown: 'other_pane',
};

/** Null for the shell's own keys. Cmd-C and Cmd-V of a Mac are the browser's, which knows the selection. */
export function shortcutOf(keys: Keys, { copyByCtrlC, hasSelection }: ShortcutSituation): ShortcutAction | null {
  const key = keys.key.toLowerCase();
  const { ctrlKey, shiftKey, altKey, metaKey } = keys;
  if (altKey || metaKey) return null;
  if (ctrlKey && !shiftKey && key === 'f6') return 'leave';
  if (key === 'insert' && ctrlKey !== shiftKey) return ctrlKey ? 'copy' : 'browser_pastes';
  if (ctrlKey && shiftKey) return WITH_CTRL_SHIFT[key] ?? null;
  if (ctrlKey && key === 'c' && copyByCtrlC && hasSelection) return 'copy';
  return null;
}
