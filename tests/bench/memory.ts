import { readdir, readFile } from 'node:fs/promises';
import type { Sandbox } from '#server/sandboxes/driver.ts';

const MIB = 1024 * 1024;

/** All that one sandbox costs: its cgroup without what the kernel would give back, and the engine's shim beside it. */
export async function costMiB(sandbox: Sandbox): Promise<number> {
  const { memoryBytes } = await sandbox.stats();
  return memoryBytes / MIB + (await shimMiB(sandbox.ref));
}

/** Its own share of the pages that it has in common with other shims. */
async function shimMiB(containerId: string): Promise<number> {
  const shares = await Promise.all((await readdir('/proc')).filter(isNumber).map((pid) => shareOf(pid, containerId)));
  return shares.reduce((sum, share) => sum + share, 0) / 1024;
}

const isNumber = (name: string) => /^\d+$/.test(name);

async function shareOf(pid: string, containerId: string): Promise<number> {
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (!command.includes('containerd-shim') || !command.includes(containerId)) return 0;
    return Number(/^Pss:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
