import { AppError } from '#server/errors.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { SandboxManager } from '#server/sandboxes/manager.ts';
import { directoryOf, isFilePath, joinPath, nameOf } from '#server/shared/file-paths.ts';
import type {
  FilePlace,
  FileRequest,
  FileView,
  FileWrite,
  FolderView,
  WrittenFile,
} from '#server/shared/file-views.ts';
import type { TerminalRegistry } from '#server/terminals/registry.ts';
import { MAKE_FOLDER_SCRIPT, PLACE_SCRIPT, REMOVE_SCRIPT, RENAME_SCRIPT } from './file-scripts.ts';
import { listFolder } from './list-folder.ts';
import { type Download, openDownload, readFile } from './read-file.ts';
import { cutRecords, runForBytes, runScript } from './run-script.ts';
import { SeatTurns } from './seat-turns.ts';
import { writeFile } from './write-file.ts';

export type FileAnswer = FilePlace | FolderView | FileView | { path: string };
type PlaceRequest = Extract<FileRequest, { op: 'place' }>;
type Upload = { where: FileWrite; chunks: AsyncIterable<Uint8Array>; signal: AbortSignal };

/**
 * The files of each seat's sandbox, as its student may see and change them. Who asks is settled before. Every method
 * rejects with `sandbox_gone` or `sandbox_starting` where there is none, and with the kernel's refusals as codes.
 */
export interface SandboxFiles {
  readonly limitBytes: number;
  ask(seatId: string, request: FileRequest): Promise<FileAnswer>;
  write(seatId: string, upload: Upload): Promise<WrittenFile>;
  /** `pieces` are read from the sandbox as they are asked for. */
  download(seatId: string, path: string, signal: AbortSignal): Promise<Download>;
}

type Parts = {
  sandboxes: Pick<SandboxManager, 'find' | 'view' | 'touch'>;
  terminals: Pick<TerminalRegistry, 'placeOf'>;
  /** Of one file that is sent. */
  limitBytes: number;
};

export function createSandboxFiles({ sandboxes, terminals, limitBytes }: Parts): SandboxFiles {
  const turns = new SeatTurns();
  const living = (seatId: string): Sandbox => {
    const sandbox = sandboxes.find(seatId);
    if (sandbox) return sandbox;
    const { phase, error } = sandboxes.view(seatId);
    const isOver = phase === 'ending' || phase === 'gone';
    throw new AppError(error ?? (isOver ? 'sandbox_gone' : 'sandbox_starting'), `files of a sandbox that is ${phase}`);
  };
  /** A command that was ended with its sandbox fails in its own words. */
  const within = async <T>(seatId: string, work: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    const sandbox = living(seatId);
    sandboxes.touch(seatId);
    try {
      return await work(sandbox);
    } catch (error) {
      if (sandboxes.find(seatId) === sandbox) throw error;
      throw new AppError('sandbox_gone', `sandbox ${sandbox.sandboxId} ended meanwhile`, { cause: error });
    }
  };
  /** The turn lasts until the work is over, not until it was begun. */
  const inTurn = async <T>(seatId: string, work: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    using _turn = await turns.take(seatId);
    return await within(seatId, work);
  };
  return {
    limitBytes,
    ask(seatId, request) {
      const shellPlace = (shell: string) => terminals.placeOf(seatId, shell);
      return inTurn(seatId, (sandbox) => answer(sandbox, request, { shellPlace, limitBytes }));
    },
    write: (seatId, upload) => inTurn(seatId, (sandbox) => writeFile(sandbox, { ...upload, limitBytes })),
    async download(seatId, path, signal) {
      const opened = await inTurn(seatId, (sandbox) => openDownload(sandbox, path, signal));
      return { ...opened, pieces: inTurns(opened.pieces, (work) => inTurn(seatId, work)) };
    },
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A turn for each piece: a browser that reads slowly, or never, keeps nobody waiting. */
async function* inTurns(pieces: AsyncGenerator<Buffer>, inTurn: InTurn): AsyncGenerator<Buffer> {
  for (;;) {
    const { done, value } = await inTurn(() => pieces.next());
    if (done) return;
    yield value;
  }
}

type Context = { shellPlace: (shell: string) => string | null; limitBytes: number };

async function answer(sandbox: Sandbox, request: FileRequest, context: Context): Promise<FileAnswer> {
  switch (request.op) {
    case 'place':
      return findPlace(sandbox, request, context);
    case 'list':
      return { ...(await listFolder(sandbox, request.directory)), limitBytes: context.limitBytes };
    case 'read':
      return readFile(sandbox, request.path);
    case 'makeFolder': {
      const { directory, name } = request;
      await runScript(sandbox, { script: MAKE_FOLDER_SCRIPT, args: [directory, name] });
      return { path: joinPath(directory, name) };
    }
    case 'rename': {
      const directory = directoryOf(request.path);
      await runScript(sandbox, { script: RENAME_SCRIPT, args: [directory, nameOf(request.path), request.name] });
      return { path: joinPath(directory, request.name) };
    }
    case 'remove': {
      if (request.path === '/') throw new AppError('file_denied', 'the root was to be removed');
      await runScript(sandbox, { script: REMOVE_SCRIPT, args: [directoryOf(request.path), nameOf(request.path)] });
      return { path: request.path };
    }
  }
}

/** What a shell says is the student's to say: only a path is taken for one. */
const saidPlace = (said: string | null): string => (said !== null && isFilePath(said) ? said : '');

const NOT_THE_PLACE = { unknown: 'unknown', missing: 'missing', denied: 'denied' } as const;
const isReason = (word: string): word is keyof typeof NOT_THE_PLACE => Object.hasOwn(NOT_THE_PLACE, word);

async function findPlace(sandbox: Sandbox, { target, names }: PlaceRequest, context: Context): Promise<FilePlace> {
  const asked =
    'shell' in target ? ['lenient', saidPlace(context.shellPlace(target.shell))] : ['strict', target.directory];
  const bytes = await runForBytes(sandbox, { script: PLACE_SCRIPT, args: [...asked, ...names] });
  const { records } = cutRecords(bytes, 2 + names.length);
  const [directory = '/', why = '', ...ways] = records;
  const clashes = names.flatMap((name, index) => {
    const way = ways[index];
    return way === 'file' || way === 'other' ? [{ name, kind: way } as const] : [];
  });
  return { directory, insteadOf: isReason(why) ? why : null, clashes, limitBytes: context.limitBytes };
}
