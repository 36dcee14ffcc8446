import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { log } from '#server/log.ts';
import type { BridgeNetwork } from './engine-plan.ts';
import { mustRun, runCommand } from './run-command.ts';

/** The kernel's settings of a bridge: no IPv6, and nothing taken in whose sender does not belong on it. */
const BRIDGE_SETTINGS: Readonly<Record<string, string>> = {
  'ipv6/conf/%/disable_ipv6': '1',
  'ipv4/conf/%/rp_filter': '1',
  'ipv4/conf/%/route_localnet': '0',
  'ipv4/conf/%/accept_redirects': '0',
  'ipv4/conf/%/send_redirects': '0',
  'ipv4/conf/%/proxy_arp': '0',
};

/** Of a port: nothing from other ports of its kind; and where a frame goes is told by us, never learned from a sandbox. */
const OWN_WAY_ONLY = { isolated: '1' };
const NOTHING_LEARNED = { learning: '0', unicast_flood: '0' };

/** A sandbox's place on its bridge, as the daemon gave it. */
export type Endpoint = { pid: number; mac: string; address: string };

const portsOf = (bridge: string): Promise<string[]> => readdir(`/sys/class/net/${bridge}/brif`).catch(() => []);

/** How many sandboxes a bridge has. */
export const portCount = async ({ bridge }: BridgeNetwork): Promise<number> => (await portsOf(bridge)).length;

/** Answers what somebody had changed. `known` are the bridges and ports that were right before; those found now are added. */
export async function guardBridge({ bridge }: BridgeNetwork, known: Set<string>): Promise<string[]> {
  if (!existsSync(`/sys/class/net/${bridge}`)) {
    known.delete(bridge);
    return [];
  }
  const isNewBridge = !known.has(bridge);
  known.add(bridge);
  const settings = Object.entries(BRIDGE_SETTINGS).map(async ([name, value]) => {
    const file = path.join('/proc/sys/net', name.replace('%', bridge));
    const wasOther = await ensure(file, value);
    return wasOther && !isNewBridge ? [`${bridge}: ${path.basename(file)} was not ${value}`] : [];
  });
  const ports = (await portsOf(bridge)).map(async (port) => {
    const wasOpen = await setPort({ bridge, port }, OWN_WAY_ONLY);
    // One that was never right belongs to a sandbox that is just being made.
    const isNew = !known.has(port);
    known.add(port);
    return wasOpen && !isNew ? [`${bridge}: port ${port} was not isolated`] : [];
  });
  return (await Promise.all([...settings, ...ports])).flat();
}

/**
 * Ties one sandbox to its port. Others on the bridge get none of its frames, and cannot draw them to themselves by its
 * hardware or network address: the bridge and the host know both by heart. It cannot send under another's either.
 */
export async function bindPort({ bridge }: BridgeNetwork, { pid, mac, address }: Endpoint): Promise<void> {
  const port = await portOf(bridge, pid);
  await setPort({ bridge, port }, { ...OWN_WAY_ONLY, ...NOTHING_LEARNED });
  await mustRun('bridge', ['fdb', 'replace', mac, 'dev', port, 'master', 'static']);
  await mustRun('ip', ['neigh', 'replace', address, 'lladdr', mac, 'dev', bridge, 'nud', 'permanent']);
  const locked = await runCommand('bridge', ['link', 'set', 'dev', port, 'locked', 'on']);
  // Kernels before 5.18: then a sandbox may send under another hardware address, and gets nothing for it.
  if (locked.exitCode !== 0) log.warn('engine.port_not_locked', { port, reason: locked.stderr.trim() });
}

/** The host's end of a container's first interface. Asked before anything of the student's runs in it. */
async function portOf(bridge: string, pid: number): Promise<string> {
  const shown = await mustRun('nsenter', ['--target', `${pid}`, '--net', 'ip', '-o', 'link', 'show', 'dev', 'eth0']);
  const index = /^\d+: eth0@if(\d+):/.exec(shown)?.[1];
  for (const port of await portsOf(bridge)) {
    const own = await readFile(`/sys/class/net/${port}/ifindex`, 'utf8').catch(() => '');
    if (index !== undefined && own.trim() === index) return port;
  }
  throw new Error(`process ${pid} has no port on ${bridge}`);
}

/** True when anything had to be set. */
async function setPort(at: { bridge: string; port: string }, flags: Record<string, string>): Promise<boolean> {
  const changes = Object.entries(flags).map(([flag, value]) =>
    ensure(`/sys/class/net/${at.bridge}/brif/${at.port}/${flag}`, value),
  );
  return (await Promise.all(changes)).some((changed) => changed);
}

async function ensure(file: string, value: string): Promise<boolean> {
  try {
    if ((await readFile(file, 'utf8')).trim() === value) return false;
    await writeFile(file, value);
    return true;
  } catch (error) {
    // A port goes with its sandbox, a bridge with its engine, at any moment; IPv6 may not be there at all.
    if (isMissing(error)) return false;
    throw error;
  }
}

const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENODEV');

/** The daemon leaves its bridges behind when it ends. */
export async function removeBridge({ bridge }: BridgeNetwork): Promise<void> {
  await runCommand('ip', ['link', 'delete', bridge]);
}
