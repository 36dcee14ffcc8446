import { mkdir, open, readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { log } from '#server/log.ts';
import type { EnginePlan, StorageDriver } from './engine-plan.ts';
import { unmountCopies } from './mount-copies.ts';
import { waitUntil } from './processes.ts';
import { mustRun, runCommand } from './run-command.ts';

const GIB = 1024 ** 3;
const QUICK_DETACH_MS = 500;
const DETACH_TIMEOUT_MS = 10_000;

/** True when something is mounted at exactly this path. */
export async function isMounted(target: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts.split('\n').some((line) => line.split(' ')[1] === target);
}

/** What is mounted in a folder, or on it, in the order of mounting. */
export async function mountsInside(folder: string): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((target) => target === folder || target.startsWith(`${folder}/`));
}

/** Mounts the quota-keeping store where the kernel has btrfs; else the data root is a plain directory. */
export async function openStore(plan: EnginePlan): Promise<StorageDriver> {
  await mkdir(plan.dataRoot, { recursive: true });
  if (await isMounted(plan.dataRoot)) return 'btrfs';
  if (plan.storage === 'overlay2' || !(await hostHasBtrfs())) return 'overlay2';
  if ((await stat(plan.storeFile).catch(() => null)) === null) await createStore(plan);
  await mustRun('mount', ['-t', 'btrfs', '-o', 'loop,noatime', plan.storeFile, plan.dataRoot]);
  await mustRun('btrfs', ['quota', 'enable', plan.dataRoot]);
  return 'btrfs';
}

/** Unmounts; the loop device was set up by mount and goes with it. */
export async function closeStore(plan: EnginePlan): Promise<void> {
  for (const target of (await mountsInside(plan.home)).toReversed()) {
    if ((await runCommand('umount', [target])).exitCode !== 0) await mustRun('umount', ['-l', target]);
  }
  if (await waitUntil(async () => (await loopDevices(plan)).length === 0, QUICK_DETACH_MS)) return;
  await unmountCopies(await loopDevices(plan));
  // The kernel lets go of the loop device a moment after the file system.
  if (await waitUntil(async () => (await loopDevices(plan)).length === 0, DETACH_TIMEOUT_MS)) return;
  log.warn('engine.store_still_attached', { devices: await loopDevices(plan) });
}

/** Bytes that still fit: the store's file grows as it is filled, so the disk under it counts too. */
export async function freeInStore({ dataRoot, storeFile }: EnginePlan): Promise<number> {
  const rooms = await Promise.all([statfs(dataRoot), statfs(path.dirname(storeFile))]);
  return Math.min(...rooms.map(({ bavail, bsize }) => bavail * bsize));
}

async function loopDevices({ storeFile }: EnginePlan): Promise<string[]> {
  const { stdout } = await runCommand('losetup', ['--noheadings', '--output', 'NAME', '--associated', storeFile]);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function createStore({ storeFile, storeGiB }: EnginePlan): Promise<void> {
  const partial = `${storeFile}.partial`;
  const file = await open(partial, 'w');
  await file.truncate(storeGiB * GIB);
  await file.close();
  await mustRun('mkfs.btrfs', ['-q', '-f', '-m', 'single', partial]);
  await mustRun('mv', [partial, storeFile]);
}

async function hostHasBtrfs(): Promise<boolean> {
  if ((await runCommand('mkfs.btrfs', ['--version'])).exitCode !== 0) return false;
  await runCommand('modprobe', ['btrfs']);
  const known = await readFile('/proc/filesystems', 'utf8');
  return known.split('\n').some((line) => line.trim() === 'btrfs');
}
