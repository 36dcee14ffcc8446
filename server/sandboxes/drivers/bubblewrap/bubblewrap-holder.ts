import { spawn } from 'node:child_process';
import { copyFile, rename, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { AppError } from '#server/errors.ts';
import { holderProgram } from '#server/sandboxes/holder/holder-binary.ts';
import { asIdentity, HOST_ENV, type Identity } from './run-command.ts';

/** Where a driver's folder keeps the holder's program: whom sandboxes run as may not reach the product's own files. */
const PROGRAM_NAME = '.hold';
const BEGINS_WITHIN_MS = 5000;

/** Puts the holder's program where sandboxes are; null where this machine cannot build it. */
export async function placeHolder(dataDir: string): Promise<string | null> {
  const built = await holderProgram().catch(() => null);
  if (built === null) return null;
  const partial = `${dataDir}/${PROGRAM_NAME}.${process.pid}`;
  const placed = `${dataDir}/${PROGRAM_NAME}`;
  try {
    // Never over the old file: it may be running.
    await copyFile(built, partial);
    await rename(partial, placed);
    return placed;
  } finally {
    await rm(partial, { force: true });
  }
}

type Place = { program: string; socket: string; identity: Identity | null };

/** A line to the holder at this socket. Rejects with `sandbox_gone` where there is none. */
export function dialHolder(socket: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const line = connect({ path: socket });
    line.once('error', (cause) => reject(new AppError('sandbox_gone', 'no holder of shells', { cause })));
    line.once('connect', () => {
      line.removeAllListeners('error');
      resolve(line);
    });
  });
}

/** Begins the holder of one sandbox, whose shells are this program. It outlives us. */
export async function beginHolder({ program, socket, identity }: Place, shell: readonly string[]): Promise<void> {
  const argv = asIdentity([program, '--ready', '--socket', socket, '--', ...shell], identity);
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { env: HOST_ENV, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  child.unref();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (why: string) => reject(new AppError('sandbox_failed', `the holder of shells: ${why}`));
  const late = setTimeout(() => fail('not ready'), BEGINS_WITHIN_MS);
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code) => fail(`it ended with ${code}`));
  child.stdout.once('data', () => resolve());
  return promise.finally(() => {
    clearTimeout(late);
    child.stdout.destroy();
  });
}
