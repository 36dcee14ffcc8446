import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Owner } from './mirror-user.ts';
import { type RegistryMode, registryConfig } from './registry-config.ts';
import type { Part } from './registry-process.ts';
import { callSocket } from './socket-http.ts';

export type MirrorOptions = {
  /** The engine's home; the mirror's files lie below it. */
  home: string;
  engineSocket: string;
  /** The addresses on which sandboxes reach it. */
  addresses: readonly string[];
  port: number;
  /** The registry that missing images are fetched from. */
  upstream: string | null;
  /** How much of it is kept. */
  cacheGiB: number;
  /** Folder of what takes long to make, for every installation on the machine. */
  archives: string;
};

export type ConfiguredPart = Part & { config: string };
export type PartName = 'local' | 'kept' | 'upstream' | 'front';

const GIB = 1024 ** 3;
const PROGRAM = 'docker-registry';

/** Where everything of the mirror lies, and what its processes are told. */
export type MirrorPlan = {
  folder: string;
  /** Sockets and settings of what serves; the mirror's account reaches it. */
  runFolder: string;
  /** Of what writes; root alone. */
  writeFolder: string;
  uploadsFolder: string;
  busyboxFolder: string;
  cachesFolder: string;
  cacheFolder: string | null;
  standInsFile: string;
  currentData: string;
};

export function planMirror({ home, upstream }: MirrorOptions): MirrorPlan {
  const folder = path.join(home, 'registry');
  const at = (name: string) => path.join(folder, name);
  // What one registry calls by a name, another may not: each has its own.
  const cacheName = upstream === null ? null : createHash('sha256').update(upstream).digest('hex').slice(0, 12);
  return {
    folder,
    runFolder: at('run'),
    writeFolder: at('write'),
    uploadsFolder: at('uploads'),
    busyboxFolder: at('busybox'),
    cachesFolder: at('caches'),
    cacheFolder: cacheName === null ? null : path.join(at('caches'), cacheName),
    standInsFile: at('run/stand-ins.json'),
    currentData: at('current'),
  };
}

type RegistryPart = { folder: string; name: string; directory: string; mode: RegistryMode; owner: Owner | null };

export function registryPart({
  folder,
  name,
  directory,
  mode,
  owner,
}: RegistryPart): ConfiguredPart & { socket: string } {
  const at = (ending: string) => path.join(folder, `${name}.${ending}`);
  const socket = at('sock');
  return {
    name,
    program: PROGRAM,
    args: ['serve', at('yml')],
    configFile: at('yml'),
    pidFile: at('pid'),
    logFile: at('log'),
    owner,
    socket,
    config: registryConfig({ directory, socket, mode }),
    answers: () =>
      callSocket({ socket, method: 'GET', path: '/v2/', signal: AbortSignal.timeout(2_000) }).then(
        ({ status }) => status === 200,
        () => false,
      ),
  };
}

/** All that serves, in the order of starting. */
export function servingParts(plan: MirrorPlan, options: MirrorOptions, owner: Owner): Map<PartName, ConfiguredPart> {
  const part = (name: string, directory: string, mode: RegistryMode) =>
    registryPart({ folder: plan.runFolder, name, directory, mode, owner });
  const local = part('local', plan.currentData, { kind: 'read' });
  const parts = new Map<PartName, ConfiguredPart>([['local', local]]);
  const sockets: Record<'local' | 'kept' | 'upstream', string | null> = {
    local: local.socket,
    kept: null,
    upstream: null,
  };
  if (plan.cacheFolder !== null && options.upstream !== null) {
    const kept = part('kept', plan.cacheFolder, { kind: 'read' });
    const upstream = part('upstream', plan.cacheFolder, { kind: 'fetch', upstream: options.upstream });
    parts.set('kept', kept).set('upstream', upstream);
    sockets.kept = kept.socket;
    sockets.upstream = upstream.socket;
  }
  return parts.set('front', frontPart(plan, options, { owner, sockets }));
}

function frontPart(
  { runFolder, cacheFolder, standInsFile }: MirrorPlan,
  { addresses, port, upstream, cacheGiB }: MirrorOptions,
  told: { owner: Owner; sockets: Record<string, string | null> },
): ConfiguredPart {
  const at = (ending: string) => path.join(runFolder, `front.${ending}`);
  const cache = cacheFolder === null ? null : { directory: cacheFolder, limitBytes: cacheGiB * GIB };
  return {
    name: 'front',
    program: process.execPath,
    args: [path.join(import.meta.dirname, 'front-process.ts'), at('json')],
    configFile: at('json'),
    pidFile: at('pid'),
    logFile: at('log'),
    // It takes the account by itself, once it has bound its port and read the product's files.
    owner: null,
    config: JSON.stringify({ addresses, port, upstream, ...told, standInsFile, cache }, null, 2),
    answers: () =>
      fetch(`http://${addresses[0]}:${port}/v2/`, { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.ok,
        () => false,
      ),
  };
}
