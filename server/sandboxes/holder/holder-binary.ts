import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#server/errors.ts';

const SOURCE = path.join(import.meta.dirname, '../../holder');
/** Made by this machine's compiler, kept beside the other things that are made here. */
const BUILT = path.join(import.meta.dirname, '../../../node_modules/.cache/chapterhouse');
/** Static: the same file runs in every sandbox, whatever its libraries are. With musl it is 70 KB, where glibc's share alone is 600. */
const COMPILER = ['musl-gcc', '-std=gnu11', '-O2', '-static', '-s'] as const;

/** How the holder is begun in a container. */
export const START_SCRIPT = path.join(SOURCE, 'hold-shells.sh');

export type HolderSource = { name: string; content: Buffer };

/** What the holder is made from and how, in an order that no file system decides. */
export async function holderSource(): Promise<HolderSource[]> {
  const names = (await readdir(SOURCE)).filter((name) => /\.[ch]$/.test(name)).toSorted();
  const files = names.map(async (name) => ({ name, content: await readFile(path.join(SOURCE, name)) }));
  return [{ name: 'compiler', content: Buffer.from(COMPILER.join(' ')) }, ...(await Promise.all(files))];
}

let building: Promise<string> | null = null;

/** Path of the holder's program; built when it is not there. Rejects with `host_incapable` where nothing can build it. */
export function holderProgram(): Promise<string> {
  building ??= build();
  // What is missing may be installed meanwhile.
  building.catch(() => {
    building = null;
  });
  return building;
}

async function build(): Promise<string> {
  const [compiler, ...options] = COMPILER;
  const source = await holderSource();
  const digest = createHash('sha256');
  for (const { name, content } of source) digest.update(`\0${name}\0`).update(content);
  const program = path.join(BUILT, `hold-${digest.digest('hex').slice(0, 12)}`);
  if (await exists(program)) return program;
  await mkdir(BUILT, { recursive: true });
  const partial = `${program}.${process.pid}.partial`;
  const files = source.filter(({ name }) => name.endsWith('.c')).map(({ name }) => path.join(SOURCE, name));
  try {
    await promisify(execFile)(compiler, [...options, '-o', partial, ...files]);
    await rename(partial, program);
    return program;
  } catch (error) {
    throw new AppError('host_incapable', 'the holder of shells cannot be built: apt-get install gcc musl-tools', {
      cause: error,
    });
  } finally {
    await rm(partial, { force: true });
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
