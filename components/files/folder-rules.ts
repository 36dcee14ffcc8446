import type { FileEntry } from '#server/shared/file-views.ts';

export type FolderFilter = { text: string /** Names that begin with a dot, too. */; hidden: boolean };

/** The entries a reader asked for, in the order they came. */
export function visibleEntries(entries: readonly FileEntry[], { text, hidden }: FolderFilter): FileEntry[] {
  const wanted = text.trim().toLowerCase();
  return entries.filter(({ name }) => (hidden || !name.startsWith('.')) && name.toLowerCase().includes(wanted));
}

/** In the reader's own zone. Nothing for a time that no calendar has. */
export function changedWords(changedAt: number, locale: string): string {
  const date = new Date(changedAt);
  if (Number.isNaN(date.getTime())) return '';
  return date.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}
