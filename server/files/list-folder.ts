import type { Sandbox } from '#server/sandboxes/driver.ts';
import { isFilePath, joinPath } from '#server/shared/file-paths.ts';
import { type EntryKind, type FileEntry, type FolderView, MOST_ENTRIES } from '#server/shared/file-views.ts';
import { LIST_SCRIPT } from './file-scripts.ts';
import { cutRecords, runForBytes } from './run-script.ts';

/** Of all names at their longest, in base64. */
const MAX_OUTPUT_BYTES = MOST_ENTRIES * 460;
const HOME = '/home/student';

/** What is in a folder; null is the student's home. Folders first, then by name. */
export async function listFolder(sandbox: Sandbox, directory: string | null): Promise<Omit<FolderView, 'limitBytes'>> {
  const args = [directory ?? HOME, String(MOST_ENTRIES + 1)];
  const bytes = await runForBytes(sandbox, { script: LIST_SCRIPT, args, maxOutputBytes: MAX_OUTPUT_BYTES });
  const { records, rest } = cutRecords(bytes, 2);
  const [path = '/', writable] = records;
  const found = recordsOf(rest).flatMap((record) => entryOf(path, record) ?? []);
  const entries = found.slice(0, MOST_ENTRIES).sort(foldersFirst);
  return { path, writable: writable === 'w', entries, cut: found.length > MOST_ENTRIES };
}

function* splitAtNul(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    // One that was cut off has no end.
    if (end === -1) return;
    yield bytes.subarray(at, end);
    at = end + 1;
  }
}

const recordsOf = (bytes: Buffer): Buffer[] => [...splitAtNul(bytes)];

const HEAD = /^(\S+) (\S+) (\S+) (\S+) /;

/** `f f 12 1700000000.5 name`: kind, kind of what a link leads to, bytes, time of change, name. */
export function entryOf(directory: string, record: Buffer): FileEntry | null {
  const head = HEAD.exec(record.toString('latin1'));
  const [whole, own, target, sizeBytes, changedAt] = head ?? [];
  if (whole === undefined || own === undefined || target === undefined) return null;
  const bytes = record.subarray(whole.length);
  const name = bytes.toString('utf8');
  const path = joinPath(directory, name);
  return {
    name,
    path: Buffer.from(name).equals(bytes) && isFilePath(path) ? path : null,
    kind: kindOf(own, target),
    sizeBytes: Number(sizeBytes) || 0,
    changedAt: Math.floor(Number(changedAt) * 1000) || 0,
  };
}

function kindOf(own: string, target: string): EntryKind {
  if (own === 'f') return 'file';
  if (own === 'd') return 'folder';
  if (own !== 'l') return 'special';
  if (target === 'f') return 'link_to_file';
  if (target === 'd') return 'link_to_folder';
  // `N`: leads nowhere, `L`: in circles, `?`: cannot be told.
  return /^[NL?]$/.test(target) ? 'broken_link' : 'special';
}

const isFolder = ({ kind }: FileEntry): boolean => kind === 'folder' || kind === 'link_to_folder';

function foldersFirst(a: FileEntry, b: FileEntry): number {
  if (isFolder(a) !== isFolder(b)) return isFolder(a) ? -1 : 1;
  return ORDER.compare(a.name, b.name);
}

const ORDER = new Intl.Collator('en', { numeric: true });
