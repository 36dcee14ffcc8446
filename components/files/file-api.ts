import type {
  FilePlace,
  FileRequest,
  FileView,
  FileWrite,
  FolderView,
  WrittenFile,
} from '#server/shared/file-views.ts';
import type { ActionResult } from '#server/shared/views.ts';

type Moved = { path: string };
type Answers = {
  place: FilePlace;
  list: FolderView;
  read: FileView;
  makeFolder: Moved;
  rename: Moved;
  remove: Moved;
};

const address = (seatId: string): string => `/api/files/${encodeURIComponent(seatId)}`;

/** Where a file is fetched from; the browser keeps it and does not show it. */
export const downloadAddress = (seatId: string, path: string): string =>
  `${address(seatId)}/content?${new URLSearchParams({ path })}`;

/** Asks the server about the sandbox's files. Never rejects: a broken wire is a refusal as well. */
export async function askFiles<Op extends FileRequest['op']>(
  seatId: string,
  request: Extract<FileRequest, { op: Op }>,
): Promise<ActionResult<Answers[Op]>> {
  try {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) };
    return resultOf(await (await fetch(address(seatId), sent)).text());
  } catch {
    return { ok: false, code: 'shutting_down' };
  }
}

export type Sending = {
  seatId: string;
  where: FileWrite;
  content: Blob | string;
  /** Of what the network has taken, in percent. */
  onProgress?: (percent: number) => void;
  signal?: AbortSignal;
};

/** Sends a whole file, with progress; `fetch` cannot tell how far an upload is. Never rejects. */
export function sendFile({ seatId, where, content, onProgress, signal }: Sending): Promise<ActionResult<WrittenFile>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `${address(seatId)}/content?${new URLSearchParams(where)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(Math.floor((100 * loaded) / Math.max(1, total)));
    request.onerror = () => resolve({ ok: false, code: 'shutting_down' });
    request.onabort = () => resolve({ ok: false, code: 'timed_out' });
    request.onload = () => resolve(resultOf(request.responseText));
    signal?.addEventListener('abort', () => request.abort());
    request.send(content);
  });
}

/** What the server answered; a proxy may have answered in its place. */
export function resultOf<T>(text: string): ActionResult<T> {
  try {
    const told: unknown = JSON.parse(text);
    // Our own server's answer has this shape, and its value is what the request's type says.
    if (typeof told === 'object' && told !== null && 'ok' in told) return told as ActionResult<T>;
    return { ok: false, code: 'internal' };
  } catch {
    return { ok: false, code: 'internal' };
  }
}
