import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { thaw } from '#server/sandboxes/engine/freezer.ts';

/** A process of this machine, its words as one line. */
export type Running = { pid: number; line: string };

/** All that live, zombies excepted. */
export function processes(isWanted: (line: string) => boolean): Running[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => ({ pid: Number(pid), line: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ line }) => line !== '' && isWanted(line));
}

/** Of one engine's containerd. */
export const shimsOf = (execRoot: string): Running[] =>
  processes((line) => /^\S*containerd-shim/.test(line) && line.includes(` ${execRoot}/containerd/containerd.sock`));

/** The container that a shim holds. */
export const containerOf = ({ line }: Running): string => /\b[0-9a-f]{64}\b/.exec(line)?.[0] ?? '';

export const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

/** At once, and waits until they are gone. What is frozen for a saving is woken to its end. */
export async function killNow(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    signal(pid);
    await thaw(pid);
  }
  while (pids.some(isAlive)) await delay(10);
}

function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/\) [ZX] /.test(stat);
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
