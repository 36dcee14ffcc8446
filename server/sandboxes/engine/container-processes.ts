import { readdir, readFile } from 'node:fs/promises';
import type { EnginePlan } from './engine-plan.ts';
import { thaw, unfreeze } from './freezer.ts';
import { endProcess } from './processes.ts';

type Process = { pid: number; parent: number; shimOf: string | null };
type Shim = { pid: number; containerId: string };

const CONTAINER_ID = /^[0-9a-f]{64}$/;

/** Ends what outlives its daemon: each container's first process, which takes all others along, and its shim. */
export async function endContainerProcesses(plan: EnginePlan): Promise<void> {
  await endShims(plan, () => true);
}

/** The containers that have processes on this machine, whatever the daemon knows of them. */
export async function containersWithProcesses(plan: EnginePlan): Promise<string[]> {
  return (await shimsOf(plan)).shims.map(({ containerId }) => containerId);
}

/** Ends the shims of some containers, and what runs under them. */
export async function endShims(plan: EnginePlan, isWanted: (containerId: string) => boolean): Promise<void> {
  const { shims, processes } = await shimsOf(plan);
  const wanted = shims.filter(({ containerId }) => isWanted(containerId));
  const heads = processes.filter(({ parent }) => wanted.some(({ pid }) => pid === parent));
  await Promise.all(heads.map(({ pid }) => thaw(pid)));
  await Promise.all([...heads, ...wanted].map(({ pid }) => endProcess(pid, 0)));
}

/** Lets run again what an earlier process has left standing still. */
export async function wakeContainers(plan: EnginePlan): Promise<void> {
  const { shims, processes } = await shimsOf(plan);
  const works = shims.flatMap((shim) =>
    processes.filter(({ parent }) => parent === shim.pid).map(({ pid }) => unfreeze(pid, shim.containerId)),
  );
  await Promise.all(works);
}

async function shimsOf(plan: EnginePlan): Promise<{ shims: Shim[]; processes: Process[] }> {
  const processes = await listProcesses(`${plan.execRoot}/containerd/containerd.sock`);
  const shims = processes.flatMap(({ pid, shimOf }) => (shimOf === null ? [] : [{ pid, containerId: shimOf }]));
  return { shims, processes };
}

async function listProcesses(socket: string): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      const isShim = (words[0] ?? '').includes('containerd-shim') && words.includes(socket);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return { pid, parent, shimOf: isShim ? (words.find((word) => CONTAINER_ID.test(word)) ?? '') : null };
    }),
  );
}
