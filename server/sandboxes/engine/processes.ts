import { spawn } from 'node:child_process';
import { open, readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const KILLED_WITHIN_MS = 10_000;

/** The process a pid file names, when it lives and runs `program`; a number used again by another program is not it. */
export async function livingPid(pidFile: string, program: string): Promise<number | null> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.trim() === program.slice(0, 15) ? pid : null;
}

/** Starts a program that outlives us, its words appended to a log file. */
export async function startDetached(request: { program: string; args: string[]; logFile: string }): Promise<number> {
  const log = await open(request.logFile, 'a');
  try {
    const child = spawn(request.program, request.args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const started = new Promise<number>((resolve) => child.once('spawn', () => resolve(child.pid ?? 0)));
    const pid = await Promise.race([started, failed]);
    child.unref();
    return pid;
  } finally {
    await log.close();
  }
}

/** True once `condition` held; false when the time ran out first. */
export async function waitUntil(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await condition()) return true;
    await delay(POLL_MS);
  }
  return false;
}

/** Asks a process to end, waits, then insists. */
export async function endProcess(pid: number, patienceMs: number): Promise<void> {
  if (!signal(pid, 'SIGTERM')) return;
  if (await waitUntil(async () => !(await isAlive(pid)), patienceMs)) return;
  signal(pid, 'SIGKILL');
  await waitUntil(async () => !(await isAlive(pid)), KILLED_WITHIN_MS);
}

/** A zombie counts as ended: it holds nothing but its number. Unless threads of it still run: they hold its files. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (!/\) [ZX] /.test(status)) return status !== '';
  return (await readdir(`/proc/${pid}/task`).catch(() => [])).length > 1;
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
