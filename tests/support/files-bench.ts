import { chmod, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createSandboxFiles, type SandboxFiles } from '#server/files/sandbox-files.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import type { FilePlace, FileView, FileWrite, FolderView, WrittenFile } from '#server/shared/file-views.ts';
import type { SandboxView } from '#server/shared/protocol.ts';

export const HOME = '/home/student';
const SEAT = 'seat';

/** One real sandbox without an engine, and its files as a page asks for them. */
export class FilesBench {
  sandbox: Sandbox;
  readonly files: SandboxFiles;
  /** Where the shell says it is. */
  shellPlace: string | null = null;
  readonly #driver: BubblewrapDriver;
  readonly #folder: string;

  private constructor(driver: BubblewrapDriver, folder: string, sandbox: Sandbox, limitBytes: number) {
    this.#driver = driver;
    this.#folder = folder;
    this.sandbox = sandbox;
    let isThere = true;
    sandbox.onEnd(() => {
      isThere = false;
    });
    this.files = createSandboxFiles({
      sandboxes: {
        find: (seatId) => (seatId === SEAT && isThere ? sandbox : null),
        view: () => ({ phase: isThere ? 'creating' : 'gone', error: null }) as SandboxView,
        touch: () => undefined,
      },
      terminals: { placeOf: () => this.shellPlace },
      limitBytes,
    });
  }

  static async open(limitBytes = 8 * 1024 * 1024): Promise<FilesBench> {
    const folder = await mkdtemp('/tmp/ch-files-');
    await chmod(folder, 0o711);
    const driver = new BubblewrapDriver({
      dataDir: path.join(folder, 'boxes'),
      shellIntegration: null,
      network: false,
    });
    const limits = { memoryMiB: 512, cpus: 1, pids: 256, diskMiB: 1024 };
    const sandbox = await driver.create({ sandboxId: 'sb-files', courseId: 'c', limits });
    return new FilesBench(driver, folder, sandbox, limitBytes);
  }

  /** What a student would type. */
  async run(script: string): Promise<string> {
    const argv = ['bash', '-c', script] as const;
    const result = await this.sandbox.exec({
      argv: [...argv],
      user: 'student',
      timeoutMs: 60_000,
      maxOutputBytes: 1e6,
    });
    if (result.exitCode !== 0) throw new Error(`${script}: ${result.stderr}`);
    return result.stdout;
  }

  async list(directory: string | null = null): Promise<FolderView> {
    return (await this.files.ask(SEAT, { op: 'list', directory })) as FolderView;
  }

  async read(file: string): Promise<FileView> {
    return (await this.files.ask(SEAT, { op: 'read', path: file })) as FileView;
  }

  async place(names: string[], target: { shell: string } | { directory: string } = { shell: 'shell-1' }) {
    return (await this.files.ask(SEAT, { op: 'place', target, names })) as FilePlace;
  }

  async change(request: Parameters<SandboxFiles['ask']>[1]): Promise<void> {
    await this.files.ask(SEAT, request);
  }

  write(where: FileWrite, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<WrittenFile> {
    const isBytes = typeof content === 'string' || content instanceof Uint8Array;
    const chunks = isBytes ? chunked(Buffer.from(content)) : content;
    return this.files.write(SEAT, { where, chunks, signal: AbortSignal.timeout(60_000) });
  }

  /** A download of which nothing is read yet. */
  begin(file: string) {
    return this.files.download(SEAT, file, AbortSignal.timeout(60_000));
  }

  async download(file: string, between: () => Promise<unknown> = async () => undefined): Promise<Buffer> {
    const { pieces } = await this.begin(file);
    const got: Buffer[] = [];
    for await (const piece of pieces) {
      got.push(piece);
      if (got.length === 1) await between();
    }
    return Buffer.concat(got);
  }

  async dispose(): Promise<void> {
    await this.sandbox.destroy();
    await this.#driver.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}
