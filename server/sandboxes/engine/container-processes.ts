import { readdir, readFile } from 'node:fs/promises';
import type { EnginePlan } from './engine-plan.ts';
import { endProcess } from './processes.ts';

type Process = { pid: number; parent: number; isShim: boolean };

/** Ends what outlives its daemon: each container's first process, which takes all others along, and its shim. */
export async function endContainerProcesses(plan: EnginePlan): Promise<void> {
  const processes = await listProcesses(`${plan.execRoot}/containerd/containerd.sock`);
  const shims = processes.filter(({ isShim }) => isShim);
  const heads = processes.filter(({ parent }) => shims.some(({ pid }) => pid === parent));
  await Promise.all([...heads, ...shims].map(({ pid }) => endProcess(pid, 0)));
}

async function listProcesses(socket: string): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      const isShim = (words[0] ?? '').includes('containerd-shim') && words.includes(socket);
      return { pid, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), isShim };
    }),
  );
}
