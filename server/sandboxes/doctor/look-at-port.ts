import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { PortState } from './host-facts.ts';

const LISTENING = '0A';
const OURS = path.resolve(import.meta.dirname, '../../index.ts');

/** Whether somebody listens on a port, and whether it is this very product. Nothing is sent to find out. */
export async function portState(port: number): Promise<PortState> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const sockets = listeners(tables.join('\n'), port);
  if (sockets.length === 0) return 'free';
  const owners = await Promise.all(sockets.map(ownerOf));
  return owners.every((words) =>
    words.some((word) => path.resolve('/', word) === OURS || word.endsWith('server/index.ts')),
  )
    ? 'ours'
    : 'taken';
}

/** The numbers of the sockets that listen on a port: proc_net_tcp. */
export function listeners(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const inode = words[9];
    return words[1]?.endsWith(`:${wanted}`) && words[3] === LISTENING && inode !== undefined ? [inode] : [];
  });
}

/** The command line of the process that holds a socket; empty where nobody may look. */
async function ownerOf(inode: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const links = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(links.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (targets.includes(`socket:[${inode}]`))
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  }
  return [];
}
