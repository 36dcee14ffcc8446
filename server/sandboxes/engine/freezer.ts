import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unifiedMount, unifiedPath } from './cgroup.ts';

const CONTROLLER = 'freezer';

/** A switch of the kernel's that lets the processes of one control group stand still. */
type Switch = { file: string; still: string; running: string; isStill: () => Promise<boolean> };

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

/** The part of a process's place that is its container's own group, which bears its id; null where none does. */
export function groupOfContainer(place: string | null, containerId: string): string | null {
  const parts = place?.split('/') ?? [];
  const at = parts.findIndex((part) => part.includes(containerId));
  return at === -1 ? null : parts.slice(0, at + 1).join('/');
}

/**
 * Lets the processes of a container that stands still run again: in version 1 no signal, not even KILL, reaches them
 * before (the kernel's documentation of the freezer). In version 2 a frozen process can be killed, and nothing is to be
 * done.
 */
export async function thaw(pid: number): Promise<void> {
  const mount = freezerMount(await mountsHere());
  const place = freezerPath(await groupsOf(pid));
  if (mount === null || place === null) return;
  // It, or its group, may have ended meanwhile.
  await writeFile(path.join(mount, place, 'freezer.state'), 'THAWED').catch(() => undefined);
}

const STILL_WITHIN_MS = 5_000;
const LOOK_MS = 5;
/** A process that begins another one at this very moment can keep version 1 from ever ending by itself: begun anew. */
const LOOKS_BEFORE_ANEW = 50;
const ANEW_AFTER_MS = 10;

/**
 * Lets all processes of a container stand still, from its first process's control groups. Resolves when they do.
 * Throws when the kernel does not get them to, and lets them run again.
 */
export async function freeze(pid: number, containerId: string): Promise<void> {
  const found = await switchOf(pid, containerId);
  if (found === null) throw new Error(`container ${containerId} has no control group that can stand still`);
  const end = performance.now() + STILL_WITHIN_MS;
  for (let looks = 1; performance.now() < end; looks++) {
    await writeFile(found.file, found.still);
    if (await found.isStill()) return;
    if (looks % LOOKS_BEFORE_ANEW === 0) {
      await writeFile(found.file, found.running);
      await delay(ANEW_AFTER_MS);
    } else await delay(LOOK_MS);
  }
  await writeFile(found.file, found.running);
  throw new Error(`container ${containerId} does not stand still`);
}

/** The other way. Of a container that has ended, nothing is left to be done. */
export async function unfreeze(pid: number, containerId: string): Promise<void> {
  const found = await switchOf(pid, containerId);
  if (found !== null) await writeFile(found.file, found.running).catch(() => undefined);
}

async function switchOf(pid: number, containerId: string): Promise<Switch | null> {
  const [mounts, groups] = await Promise.all([mountsHere(), groupsOf(pid)]);
  const mount = freezerMount(mounts);
  if (mount !== null) {
    const group = groupOfContainer(freezerPath(groups), containerId);
    if (group === null) return null;
    const file = path.join(mount, group, 'freezer.state');
    return { file, still: 'FROZEN', running: 'THAWED', isStill: async () => (await read(file)).trim() === 'FROZEN' };
  }
  const unified = unifiedMount(mounts);
  const group = groupOfContainer(unifiedPath(groups), containerId);
  if (unified === null || group === null) return null;
  const isStill = async () => /^frozen 1$/m.test(await read(path.join(unified, group, 'cgroup.events')));
  return { file: path.join(unified, group, 'cgroup.freeze'), still: '1', running: '0', isStill };
}

const read = (file: string) => readFile(file, 'utf8');
const mountsHere = () => read('/proc/self/mounts');
const groupsOf = (pid: number) => read(`/proc/${pid}/cgroup`).catch(() => '');
