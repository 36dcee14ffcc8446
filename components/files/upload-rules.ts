import type { ErrorCode } from '#server/shared/error-codes.ts';
import { isFileName } from '#server/shared/file-paths.ts';
import type { Clash, FilePlace } from '#server/shared/file-views.ts';

/** How far a file is on its way into the sandbox. */
export type UploadState =
  | { phase: 'waiting' }
  /** Its name is taken: its owner decides. */
  | { phase: 'asking'; kind: Clash['kind'] }
  | { phase: 'sending'; percent: number }
  | { phase: 'done'; path: string }
  | { phase: 'too_large'; limitBytes: number }
  | { phase: 'failed'; code: ErrorCode };

export type Upload = {
  id: number;
  name: string;
  file: File;
  /** Null until it is known where it lands. */
  directory: string | null;
  state: UploadState;
};

/** What is done with a file before a byte of it is sent. */
export function firstState(file: { name: string; size: number }, place: FilePlace): UploadState {
  if (!isFileName(file.name)) return { phase: 'failed', code: 'file_name_invalid' };
  if (file.size > place.limitBytes) return { phase: 'too_large', limitBytes: place.limitBytes };
  const clash = place.clashes.find(({ name }) => name === file.name);
  return clash ? { phase: 'asking', kind: clash.kind } : { phase: 'waiting' };
}

export const isOver = ({ phase }: UploadState): boolean =>
  phase === 'done' || phase === 'failed' || phase === 'too_large';

const HOME = '/home/student';

/** A path as a shell would show it: `~` for the home. */
export const shownPath = (path: string): string =>
  path === HOME || path.startsWith(`${HOME}/`) ? `~${path.slice(HOME.length)}` : path;
