import { appendFile, readFile } from 'node:fs/promises';
import { mustRun, runCommand } from './run-command.ts';

const USER = 'dockremap';
const FIRST_ID = 100_000;
const ID_COUNT = 65_536;

/** The first id of a range for `user` in a subuid file, or null. */
export function mappedStart(table: string, user: string): number | null {
  for (const line of table.split('\n')) {
    const [name, start] = line.split(':');
    if (name === user && start !== undefined) return Number(start);
  }
  return null;
}

/** The first id past every range that is already given away. */
export function freeStart(table: string): number {
  const ends = table.split('\n').map((line) => {
    const [, start, count] = line.split(':');
    return Number(start ?? 0) + Number(count ?? 0);
  });
  return Math.max(FIRST_ID, ...ends.filter(Number.isFinite));
}

/** Makes sure of the user and the id ranges that `--userns-remap=default` maps onto; answers root's outside ids. */
export async function ensureUserMap(): Promise<{ uid: number; gid: number }> {
  if ((await runCommand('getent', ['passwd', USER])).exitCode !== 0) {
    await mustRun('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER]);
  }
  return { uid: await ensureRange('/etc/subuid'), gid: await ensureRange('/etc/subgid') };
}

async function ensureRange(file: string): Promise<number> {
  const table = await readFile(file, 'utf8').catch(() => '');
  const present = mappedStart(table, USER);
  if (present !== null) return present;
  const start = freeStart(table);
  await appendFile(file, `${USER}:${start}:${ID_COUNT}\n`);
  return start;
}
