import { spawn } from 'node:child_process';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { AppError } from '#server/errors.ts';
import { endProcess, waitUntil } from '#server/sandboxes/engine/processes.ts';
import type { Owner } from './mirror-user.ts';

const ANSWER_TIMEOUT_MS = 15_000;
const END_TIMEOUT_MS = 5_000;

/** One of the mirror's processes. Its configuration's path is among its words: by that it is known again. */
export type Part = {
  name: string;
  program: string;
  args: string[];
  configFile: string;
  pidFile: string;
  logFile: string;
  /** Null: runs as us. */
  owner: Owner | null;
  answers(): Promise<boolean>;
};

/** The part's process, when it lives; a number used again by another program is not it. */
export async function partPid({ pidFile, configFile }: Pick<Part, 'pidFile' | 'configFile'>): Promise<number | null> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return words.includes(configFile) ? pid : null;
}

/** Starts the part so that it outlives us, and waits until it answers. */
export async function startPart(part: Part): Promise<void> {
  const pid = await spawnDetached(part);
  await writeFile(part.pidFile, `${pid}\n`);
  let answers = false;
  const isDecided = async () => {
    answers = await part.answers();
    return answers || (await partPid(part)) === null;
  };
  await waitUntil(isDecided, ANSWER_TIMEOUT_MS);
  if (answers) return;
  await stopPart(part);
  throw new AppError('engine_down', `the mirror's ${part.name} did not answer, see ${part.logFile}`);
}

export async function stopPart(part: Pick<Part, 'pidFile' | 'configFile'>): Promise<void> {
  const pid = await partPid(part);
  // Gone before it ends: who watches does not bring back what is meant to end.
  await rm(part.pidFile, { force: true });
  if (pid !== null) await endProcess(pid, END_TIMEOUT_MS);
}

async function spawnDetached({ program, args, logFile, owner }: Part): Promise<number> {
  const log = await open(logFile, 'a');
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      // Nothing of ours: settings may hold secrets.
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', NODE_ENV: 'production' },
      ...(owner ?? {}),
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const started = new Promise<number>((resolve) => child.once('spawn', () => resolve(child.pid ?? 0)));
    const pid = await Promise.race([started, failed]);
    child.unref();
    return pid;
  } finally {
    await log.close();
  }
}
