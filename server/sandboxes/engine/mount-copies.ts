import { readdir, readFile, readlink } from 'node:fs/promises';
import { runCommand } from './run-command.ts';

/** Where a mountinfo shows one of these block devices. Spaces in paths are written as octal there. */
export function mountsOf(devices: readonly string[], mountinfo: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [place = '', origin = ''] = line.split(' - ');
    const target = place.split(' ')[4];
    return target !== undefined && devices.includes(origin.split(' ')[1] ?? '') ? [target] : [];
  });
}

/**
 * Whoever made a mount namespace while a store was mounted holds a copy of that mount, and its loop device with it.
 * Takes those copies away; what else such a namespace holds is left alone.
 */
export async function unmountCopies(devices: readonly string[]): Promise<void> {
  if (devices.length === 0) return;
  const done = new Set([await readlink('/proc/self/ns/mnt')]);
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(() => null);
    if (namespace === null || done.has(namespace)) continue;
    done.add(namespace);
    const targets = mountsOf(devices, await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => ''));
    // A process goes at any moment, and its copy with it.
    for (const target of targets.toReversed()) {
      await runCommand('nsenter', ['--target', pid, '--mount', 'umount', '-l', target]);
    }
  }
}
