import { cp, lstat, mkdir, open, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorCode } from '#server/errors.ts';
import { isAlive } from '#server/sandboxes/engine/processes.ts';
import { mustRun } from '#server/sandboxes/engine/run-command.ts';

/**
 * The registry's files, of which a new version takes the place of the old one at once. What is served is never
 * written: a change is made to a copy, whose large files are the same ones on disk, and that counts or is forgotten.
 */
export type Generations = {
  /** Always leads to the version that counts; the registry's root. */
  readonly current: string;
  /** Runs `write` on a copy, then swaps. One that throws, or dies, leaves all as it was. */
  change<T>(write: (directory: string) => Promise<T>): Promise<T>;
  /** Runs `work` while no other process makes a change; false when one does. */
  alone(work: () => Promise<void>): Promise<boolean>;
};

const REGISTRY_ROOT = 'docker/registry/v2';

export function createGenerations(home: string): Generations {
  const folder = path.join(home, 'generations');
  const current = path.join(home, 'current');
  let line: Promise<unknown> = Promise.resolve();

  const changeOnce = async <T>(write: (directory: string) => Promise<T>): Promise<T> => {
    await mkdir(folder, { recursive: true });
    await using _lock = await lockFile(path.join(home, 'change.lock'));
    const before = await readlink(current).catch(() => null);
    await forgetOthers(folder, before);
    const number = Number(before === null ? 0 : path.basename(before)) + 1;
    const next = path.join(folder, String(number));
    await copyGeneration(before === null ? null : path.join(folder, path.basename(before)), next);
    try {
      const result = await write(next);
      await symlink(path.join('generations', String(number)), `${current}.next`);
      await rename(`${current}.next`, current);
      await forgetOthers(folder, String(number));
      return result;
    } catch (error) {
      await rm(next, { recursive: true, force: true });
      throw error;
    }
  };
  return {
    current,
    change(write) {
      const turn = line.then(() => changeOnce(write));
      line = turn.catch(() => undefined);
      return turn;
    },
    async alone(work) {
      try {
        await using _lock = await lockFile(path.join(home, 'change.lock'));
        await work();
        return true;
      } catch (error) {
        if (errorCode(error) === 'mirror_busy') return false;
        throw error;
      }
    },
  };
}

/** What an earlier change left that died half way, or that is served no more. */
async function forgetOthers(folder: string, kept: string | null): Promise<void> {
  await rm(path.join(folder, '../current.next'), { force: true });
  for (const name of await readdir(folder)) {
    if (kept === null || name !== path.basename(kept))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

/** Content is named by its digest and never written twice: a link will do. What points at it is written in place. */
async function copyGeneration(from: string | null, to: string): Promise<void> {
  const root = path.join(to, REGISTRY_ROOT);
  await mkdir(path.join(root, 'repositories'), { recursive: true });
  await mkdir(path.join(root, 'blobs'), { recursive: true });
  if (from === null) return;
  const [blobs, repositories] = ['blobs', 'repositories'].map((name) => path.join(from, REGISTRY_ROOT, name));
  if (blobs === undefined || repositories === undefined) return;
  await mustRun('cp', ['-al', `${blobs}/.`, path.join(root, 'blobs')]);
  await cp(repositories, path.join(root, 'repositories'), { recursive: true });
}

/** Two processes (the server and a command) never change the same mirror. One that died holds nothing. */
async function lockFile(file: string): Promise<AsyncDisposable> {
  const holder = Number((await readFile(file, 'utf8').catch(() => '')).trim());
  const held = (await lstat(file).catch(() => null)) !== null;
  if (held && holder !== process.pid && holder > 0 && (await isAlive(holder)))
    throw new AppError('mirror_busy', `process ${holder} changes the mirror`);
  await rm(file, { force: true });
  const lock = await open(file, 'wx').catch((cause: unknown) => {
    throw new AppError('mirror_busy', 'another process changes the mirror', { cause });
  });
  await lock.writeFile(`${process.pid}\n`);
  await lock.close();
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}
