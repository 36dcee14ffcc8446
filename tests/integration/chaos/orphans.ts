import { readdirSync } from 'node:fs';
import Docker from 'dockerode';
import { SNAPSHOT_LABEL } from '#server/sandboxes/drivers/docker/docker-snapshots.ts';
import { bridgesOf, type EngineOptions, planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { processes, read, shimsOf } from './processes.ts';

/** What the records say there is: containers by their ids, saved states by the names of their images. */
export type Recorded = { ready: readonly string[]; saved: readonly string[] };

/** What there is beyond the records, or less than they say; in words. Empty: nothing is orphaned, nothing missing. */
export async function findOrphans(options: EngineOptions, { ready, saved }: Recorded): Promise<string[]> {
  const plan = planEngine(options);
  const docker = new Docker({ socketPath: plan.socket });
  const containers = await docker.listContainers({ all: true });
  const running = containers.filter(({ State }) => State === 'running').map(({ Id }) => Id);
  const used = new Set(containers.flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name)));
  const { Volumes: volumes } = await docker.listVolumes();
  const states = (await docker.listImages({ filters: { label: [SNAPSHOT_LABEL] } })).flatMap(
    (one) => one.RepoTags ?? [],
  );
  const known = [...bridgesOf(plan).map(({ name }) => name), 'bridge', 'host', 'none'];
  const networks = (await docker.listNetworks()).map(({ Name }) => Name).filter((name) => !known.includes(name));
  const loops = await runCommand('losetup', ['--noheadings', '--output', 'NAME', '--associated', plan.storeFile]);
  return [
    ...beyond(
      'container',
      containers.map(({ Id }) => Id),
      ready,
    ),
    ...beyond('record without a container', ready, running),
    ...beyond('saved state', states, saved),
    ...beyond('record without a saved state', saved, states),
    ...volumes.filter(({ Name }) => !used.has(Name)).map(({ Name }) => `volume ${Name}`),
    ...networks.map((name) => `network ${name}`),
    ...(await docker.listImages({ filters: { dangling: ['true'] } })).map(({ Id }) => `image ${Id}`),
    ...surplus('shims', shimsOf(plan.execRoot).length, running.length),
    ...surplus('network namespaces', mounts(`${plan.execRoot}/netns/`), running.length),
    ...surplus('ports on bridges', bridgesOf(plan).flatMap(({ bridge }) => portsOf(bridge)).length, running.length),
    ...surplus('loop devices', loops.stdout.trim().split('\n').length, 1),
    ...surplus('mounts of the store', mounts(`${plan.dataRoot} `), 1),
    ...surplus('dockerds', processes((line) => /^\S*dockerd /.test(line) && line.includes(plan.dataRoot)).length, 1),
    ...(await doubledRules(plan.networks.mirror.bridge)),
  ];
}

const beyond = (what: string, found: readonly string[], wanted: readonly string[]) =>
  found.filter((one) => !wanted.includes(one)).map((one) => `${what} ${one}`);

const surplus = (what: string, found: number, wanted: number) =>
  found === wanted ? [] : [`${found} ${what} instead of ${wanted}`];

const mounts = (start: string) =>
  read('/proc/self/mounts')
    .split('\n')
    .filter((line) => line.split(' ').slice(1).join(' ').startsWith(start)).length;

function portsOf(bridge: string): string[] {
  try {
    return readdirSync(`/sys/class/net/${bridge}/brif`);
  } catch {
    return [];
  }
}

async function doubledRules(bridge: string): Promise<string[]> {
  const { stdout } = await runCommand('iptables-save', []);
  const own = stdout.split('\n').filter((line) => new RegExp(`^-A .*\\b${bridge}\\b`).test(line));
  return own.filter((line, index) => own.indexOf(line) !== index).map((line) => `rule twice: ${line}`);
}
