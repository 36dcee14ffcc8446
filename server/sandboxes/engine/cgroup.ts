import { chown, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The files the kernel lets a delegate write. The limits (memory.max, pids.max …) stay the host's. The directory is last: it is the go-ahead. */
const DELEGATED = ['cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control', '.'];

/**
 * Groups below one sandbox: each of systemd's units and each nested container takes one or two. Without a bound its root
 * could make them until the host's own walks through the tree take seconds.
 */
const GROUPS_BELOW: Readonly<Record<string, string>> = {
  'cgroup.max.descendants': '1000',
  'cgroup.max.depth': '16',
};

/** Where the unified hierarchy is mounted: at the top, or beside version 1 on a hybrid host. */
export function unifiedMount(mounts: string): string | null {
  for (const line of mounts.split('\n')) {
    const [, target, type] = line.split(' ');
    if (type === 'cgroup2' && target !== undefined) return target;
  }
  return null;
}

/** A process's place in the unified hierarchy, from its /proc/<pid>/cgroup. */
export function unifiedPath(procCgroup: string): string | null {
  const line = procCgroup.split('\n').find((entry) => entry.startsWith('0::/'));
  return line === undefined || line === '0::/' ? null : line.slice('0::'.length);
}

/** Gives the cgroup of a container's first process to the container's own root. */
export async function delegateCgroup(pid: number, owner: { uid: number; gid: number }): Promise<void> {
  const mount = unifiedMount(await readFile('/proc/self/mounts', 'utf8'));
  const place = unifiedPath(await readFile(`/proc/${pid}/cgroup`, 'utf8'));
  if (mount === null) throw new Error('this host mounts no cgroup v2 hierarchy');
  if (place === null) throw new Error(`process ${pid} has no cgroup of its own in the unified hierarchy`);
  const directory = path.join(mount, place);
  for (const [file, limit] of Object.entries(GROUPS_BELOW)) await writeFile(path.join(directory, file), limit);
  for (const file of DELEGATED) await chown(path.join(directory, file), owner.uid, owner.gid);
}
