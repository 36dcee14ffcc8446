import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import Docker from 'dockerode';
import { AppError } from '#server/errors.ts';
import { endContainerProcesses } from './container-processes.ts';
import { type BridgeNetwork, dockerdArguments, type EnginePlan, type StorageDriver } from './engine-plan.ts';
import { endProcess, isAlive, livingPid, startDetached, waitUntil } from './processes.ts';

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 20_000;

/** A daemon that is stopped or stuck takes connections and says nothing. */
const ANSWER_TIMEOUT_MS = 2_000;
/** What a daemon that another process left is given before it counts as stuck. */
const ADOPT_TIMEOUT_MS = 6_000;
const STUCK_END_TIMEOUT_MS = 2_000;
/** A question to a daemon that falls silent right then must fail, or whoever asked could not have it replaced. */
const CALL_TIMEOUT_MS = 20_000;

export const connect = (plan: EnginePlan) => new Docker({ socketPath: plan.socket, timeout: CALL_TIMEOUT_MS });

export async function daemonAnswers(plan: EnginePlan): Promise<boolean> {
  return new Docker({ socketPath: plan.socket, timeout: ANSWER_TIMEOUT_MS })
    .ping()
    .then(() => true)
    .catch(() => false);
}

export const daemonPid = (plan: EnginePlan) => livingPid(plan.pidFile, 'dockerd');

/** Starts dockerd so that it outlives us, and waits until it answers. */
export async function startDaemon(plan: EnginePlan, storage: StorageDriver): Promise<number> {
  await mkdir(plan.execRoot, { recursive: true });
  await writeFile(plan.configFile, '{}\n');
  await rm(plan.pidFile, { force: true });
  await endContainerd(plan);
  const args = dockerdArguments(plan, storage);
  const pid = await startDetached({ program: 'dockerd', args, logFile: plan.logFile });
  let answers = false;
  const isDecided = async () => {
    answers = await daemonAnswers(plan);
    return answers || !(await isAlive(pid));
  };
  const decided = await waitUntil(isDecided, START_TIMEOUT_MS);
  if (answers) return pid;
  await endProcess(pid, END_TIMEOUT_MS);
  const what = decided ? `ended: ${await lastWords(plan)}` : `did not answer within ${START_TIMEOUT_MS} ms`;
  throw new AppError('engine_down', `dockerd ${what} (see ${plan.logFile})`);
}

/** The last line of the daemon's log: why it ended. */
async function lastWords(plan: EnginePlan): Promise<string> {
  const lines = (await readFile(plan.logFile, 'utf8')).trimEnd().split('\n');
  return (lines.at(-1) ?? '').slice(0, 500);
}

/** The daemon that runs already, when it answers. One that is stuck is ended; its containers outlive it. */
export async function adoptDaemon(plan: EnginePlan): Promise<number | null> {
  const pid = await daemonPid(plan);
  if (pid === null) return null;
  if (await waitUntil(() => daemonAnswers(plan), ADOPT_TIMEOUT_MS)) return pid;
  await endProcess(pid, STUCK_END_TIMEOUT_MS);
  return null;
}

/** Ends every container, dockerd and its containerd. */
export async function endDaemon(plan: EnginePlan): Promise<void> {
  const answers = await daemonAnswers(plan);
  if (answers) await killContainers(plan);
  const pid = await daemonPid(plan);
  if (pid !== null) await endProcess(pid, answers ? END_TIMEOUT_MS : STUCK_END_TIMEOUT_MS);
  await endContainerd(plan);
  await endContainerProcesses(plan);
  await rm(plan.pidFile, { force: true });
  await rm(plan.socket, { force: true });
}

async function killContainers(plan: EnginePlan): Promise<void> {
  const docker = new Docker({ socketPath: plan.socket, timeout: END_TIMEOUT_MS });
  const running = await docker.listContainers().catch(() => []);
  const kill = (id: string) =>
    docker
      .getContainer(id)
      .kill()
      .catch(() => undefined);
  await Promise.all(running.map(({ Id }) => kill(Id)));
}

/** A containerd that is on its way out would be adopted and then missed for half a minute. Containers outlive it. */
async function endContainerd(plan: EnginePlan): Promise<void> {
  const pidFile = `${plan.execRoot}/containerd/containerd.pid`;
  const pid = await livingPid(pidFile, 'containerd');
  if (pid !== null) await endProcess(pid, END_TIMEOUT_MS);
  await rm(pidFile, { force: true });
}

/** `internal` gives containers no way out; the host still reaches them, and they its gateway address. */
export async function ensureNetwork(plan: EnginePlan, network: BridgeNetwork, internal: boolean): Promise<void> {
  const docker = connect(plan);
  const known = await docker.listNetworks({ filters: { name: [network.name] } });
  if (known.some(({ Name }) => Name === network.name)) return;
  await docker.createNetwork({
    Name: network.name,
    Driver: 'bridge',
    Internal: internal,
    IPAM: { Driver: 'default', Config: [{ Subnet: network.subnet, Gateway: network.gateway }] },
    Options: {
      'com.docker.network.bridge.name': network.bridge,
      'com.docker.network.bridge.enable_icc': 'false',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    },
  });
}
