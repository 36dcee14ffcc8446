import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';

/** systemd-resolved's own list, which Docker reads as well where the usual file names its stub alone. */
const STUB = '127.0.0.53';
const BEHIND_STUB = '/run/systemd/resolve/resolv.conf';

/** IPv4 name servers of a resolv.conf, in order. */
export function nameServers(text: string): string[] {
  const servers = text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(servers.filter((server) => isIPv4(server)))];
}

/** The machine's name servers that a container asks from its own network; those on a loopback are asked for it by the daemon. */
export async function hostResolvers(): Promise<string[]> {
  const usual = nameServers(await readFile('/etc/resolv.conf', 'utf8').catch(() => ''));
  const isStub = usual.length === 1 && usual[0] === STUB;
  const servers = isStub ? nameServers(await readFile(BEHIND_STUB, 'utf8').catch(() => '')) : usual;
  return servers.filter((server) => !server.startsWith('127.'));
}
