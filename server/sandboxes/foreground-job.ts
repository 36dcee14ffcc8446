import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox } from './driver.ts';

/** One line a process, as proc_pid_stat(5) has it. */
const READ_PROCESSES = 'cat /proc/[0-9]*/stat 2>/dev/null; exit 0';
const LOOK_LIMIT_MS = 5_000;
const MAX_BYTES = 512 * 1024;

type Process = { pid: number; name: string; parent: number; group: number; session: number; foreground: number };

/**
 * Whether a program runs in the foreground of a held shell, as the kernel knows it: for shells that have said nothing
 * about themselves, such as those that outlived our process. A sandbox that does not answer runs none.
 */
export async function runsForegroundJob(sandbox: Sandbox): Promise<boolean> {
  try {
    const argv = ['sh', '-c', READ_PROCESSES] as const;
    const { stdout } = await sandbox.exec({ argv, user: 'root', timeoutMs: LOOK_LIMIT_MS, maxOutputBytes: MAX_BYTES });
    return hasForegroundJob(stdout);
  } catch (error) {
    log.warn('sandbox.job_look_failed', { sandboxId: sandbox.sandboxId, code: errorCode(error) });
    return false;
  }
}

const HOLDERS = new Set(['hold', '.hold']);

/** A shell is the holder's own child; at a prompt it is itself in the foreground of its terminal. */
export function hasForegroundJob(stats: string): boolean {
  const processes = stats.split('\n').flatMap(processOf);
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const isHeld = ({ parent }: Process) => HOLDERS.has(byPid.get(parent)?.name ?? '');
  const leaders = processes.filter((one) => one.pid === one.session && one.foreground > 0 && isHeld(one));
  return leaders.some((leader) => {
    const front = byPid.get(leader.foreground);
    // Its first process may be gone while others of the group still run.
    if (!front) return processes.some(({ group }) => group === leader.foreground);
    return front.pid !== leader.pid;
  });
}

/** The name stands in brackets and may hold anything, brackets and spaces too. */
function processOf(line: string): Process[] {
  const found = /^(\d+) \((.*)\) \S (-?\d+) (-?\d+) (-?\d+) -?\d+ (-?\d+) /.exec(line);
  if (!found) return [];
  const [, pid, name = '', parent, group, session, foreground] = found;
  const numbers = { parent: Number(parent), group: Number(group), session: Number(session) };
  return [{ pid: Number(pid), name, ...numbers, foreground: Number(foreground) }];
}
