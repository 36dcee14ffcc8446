import { readFile, writeFile } from 'node:fs/promises';
import { log } from '#server/log.ts';

/**
 * Limits that the kernel counts per user: all sandboxes share one range of mapped numbers, so a whole class counts as
 * one user. A booted sandbox holds about 12 inotify instances and 19 keys, each container in it a few more; Linux's
 * defaults (128 and 200) end at the tenth sandbox. What one hostile sandbox could use up for all, but takes out of its
 * own memory, is limited by that memory alone. Pseudo terminals are in part the kernel's own memory, about 25 KB each.
 * Keys are too, and the system call filter leaves it one per process. Sources: inotify(7), keyrings(7), pipe(7), pty(7);
 * counted in /proc/key-users.
 */
export const NEEDED_LIMITS: Readonly<Record<string, number>> = {
  'fs/inotify/max_user_instances': 2_147_483_647,
  'fs/inotify/max_user_watches': 2_147_483_647,
  'fs/epoll/max_user_watches': 2_147_483_647,
  'fs/pipe-user-pages-soft': 2_147_483_647,
  'fs/aio-max-nr': 1_073_741_824,
  'kernel/pty/max': 65_536,
  'kernel/keys/maxkeys': 50_000,
  'kernel/keys/maxbytes': 5_000_000,
};

/** Raises what is lower than needed, never lowers anything; answers in words what could not be raised. */
export async function raiseKernelLimits(needed = NEEDED_LIMITS, root = '/proc/sys'): Promise<string[]> {
  const tight: string[] = [];
  for (const [name, value] of Object.entries(needed)) {
    const file = `${root}/${name}`;
    const now = Number(await readFile(file, 'utf8').catch(() => 'NaN'));
    if (now >= value) continue;
    try {
      await writeFile(file, `${value}`);
      log.info('engine.limit_raised', { name, from: now, to: value });
    } catch {
      tight.push(`sysctl -w ${name.replaceAll('/', '.')}=${value}`);
    }
  }
  return tight;
}
