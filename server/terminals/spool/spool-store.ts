import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { log } from '#server/log.ts';
import { Spool, type SpooledShell } from './spool.ts';

/** Names become folder and file names: only ours pass. */
const NAME = /^[A-Za-z0-9-]{1,64}$/;

export type SpoolStoreOptions = {
  /** The product's own folder of spools: made for its owner alone. */
  folder: string;
  /** Of a shell's newest output, how much is kept at least. */
  bytes: number;
};

/** The spools of all shells: a folder for each sandbox in it. */
export class SpoolStore {
  readonly #options: SpoolStoreOptions;

  constructor(options: SpoolStoreOptions) {
    this.#options = options;
  }

  /** Null where there can be none: the terminal works without. */
  open(sandboxId: string, name: string, shell: SpooledShell): Spool | null {
    try {
      const folder = this.#folderOf(sandboxId);
      if (!NAME.test(name)) throw new TypeError(`not a shell name: ${name}`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return new Spool(path.join(folder, name), this.#options.bytes, shell);
    } catch (error) {
      log.error('terminal.spool_failed', error, { sandboxId });
      return null;
    }
  }

  /** The sandbox has ended. */
  async remove(sandboxId: string): Promise<void> {
    await rm(this.#folderOf(sandboxId), { recursive: true, force: true });
  }

  /**
   * Removes what belongs to no living sandbox: it ended while nobody was here to see it. The living are asked for after
   * the folders were listed, so that one that begins meanwhile keeps its own.
   */
  async sweep(living: () => Promise<Iterable<string>>): Promise<void> {
    const found = await readdir(this.#options.folder).catch(() => []);
    const keep = new Set(await living());
    for (const name of found) if (NAME.test(name) && !keep.has(name)) await this.remove(name);
  }

  #folderOf(sandboxId: string): string {
    if (!NAME.test(sandboxId)) throw new TypeError(`not a sandbox id: ${sandboxId}`);
    return path.join(this.#options.folder, sandboxId);
  }
}
