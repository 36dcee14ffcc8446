import { access, readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { shutFoldersOnTheWay } from '#server/sandboxes/engine/reachable.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { isMounted } from '#server/sandboxes/engine/store.ts';
import type { StorageFacts } from './host-facts.ts';

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export async function lookAtStorage(plan: { home: string; dataRoot: string }): Promise<StorageFacts> {
  const { home, dataRoot } = plan;
  const [disk, known, tools, shut] = await Promise.all([
    statfs(await nearestFolder(home)),
    readFile('/proc/filesystems', 'utf8').catch(() => ''),
    runCommand('mkfs.btrfs', ['--version']),
    shutFoldersOnTheWay(home),
  ]);
  return {
    home,
    freeBytes: disk.bavail * disk.bsize,
    freeInodes: disk.files === 0 ? null : disk.ffree,
    btrfs: { kernel: await hasFileSystem(known, 'btrfs'), tools: tools.exitCode === 0 },
    hasLoop: await exists('/dev/loop-control'),
    hasOverlay: await hasFileSystem(known, 'overlay'),
    quota: await quotaState(dataRoot),
    openRemedy: shut.length === 0 ? null : `chmod o+x ${shut.join(' ')}`,
  };
}

/** Known already, or there to be loaded when it is asked for. */
async function hasFileSystem(known: string, name: string): Promise<boolean> {
  if (new RegExp(`\\b${name}$`, 'm').test(known)) return true;
  return (await runCommand('modprobe', ['--dry-run', '--quiet', name])).exitCode === 0;
}

/** Asks the file system itself: a mounted store may have its quotas switched off. */
async function quotaState(dataRoot: string): Promise<StorageFacts['quota']> {
  if (process.getuid?.() !== 0 || !(await exists(dataRoot))) return 'unseen';
  if (!(await isMounted(dataRoot))) return (await exists(path.join(dataRoot, 'overlay2'))) ? 'not held' : 'unseen';
  return (await runCommand('btrfs', ['qgroup', 'show', dataRoot])).exitCode === 0 ? 'held' : 'not held';
}

async function nearestFolder(place: string): Promise<string> {
  return (await exists(place)) || place === '/' ? place : nearestFolder(path.dirname(place));
}
