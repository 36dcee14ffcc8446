import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const CONTROLLER = 'freezer';

/** Where the freezer of cgroup version 1 is mounted; null where version 2 stands alone. */
export function freezerMount(mounts: string): string | null {
  for (const line of mounts.split('\n')) {
    const [, target, type, options] = line.split(' ');
    if (type === 'cgroup' && options?.split(',').includes(CONTROLLER)) return target ?? null;
  }
  return null;
}

/** A process's place there, from its /proc/<pid>/cgroup (`number:controllers:path`); null at the top. */
export function freezerPath(procCgroup: string): string | null {
  for (const line of procCgroup.split('\n')) {
    const [, controllers, place] = line.split(':');
    if (controllers?.split(',').includes(CONTROLLER) && place !== undefined) return place === '/' ? null : place;
  }
  return null;
}

/**
 * Lets the processes of a paused container run again: in version 1 no signal, not even KILL, reaches them before (the
 * kernel's documentation of the freezer). In version 2 a frozen process can be killed, and nothing is to be done.
 */
export async function thaw(pid: number): Promise<void> {
  const mount = freezerMount(await readFile('/proc/self/mounts', 'utf8'));
  const place = freezerPath(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''));
  if (mount === null || place === null) return;
  // It, or its group, may have ended meanwhile.
  await writeFile(path.join(mount, place, 'freezer.state'), 'THAWED').catch(() => undefined);
}
