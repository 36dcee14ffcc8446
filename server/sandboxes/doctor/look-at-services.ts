import { access, readFile } from 'node:fs/promises';
import { daemonAnswers, daemonPid } from '#server/sandboxes/engine/daemon.ts';
import type { EnginePlan } from '#server/sandboxes/engine/engine-plan.ts';
import { chainPrefix } from '#server/sandboxes/engine/firewall-rules.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { Mirror } from '#server/sandboxes/registry/mirror.ts';
import type { EngineFacts, MirrorFacts, NetworkFacts } from './host-facts.ts';
import { portState } from './look-at-port.ts';

const UPSTREAM_TIMEOUT_MS = 5_000;
const isRoot = () => process.getuid?.() === 0;
const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

export async function lookAtEngine(plan: EnginePlan): Promise<EngineFacts> {
  const { exitCode, stdout } = await runCommand('dockerd', ['--version']);
  const program = exitCode === 0 ? (/version ([^\s,]+)/.exec(stdout)?.[1] ?? stdout.trim()) : null;
  return { program, state: await engineState(plan) };
}

async function engineState(plan: EnginePlan): Promise<EngineFacts['state']> {
  if (!(await exists(plan.home))) return 'stopped';
  if (!isRoot()) return 'unseen';
  if ((await daemonPid(plan)) === null) return 'stopped';
  return (await daemonAnswers(plan)) ? 'running' : 'silent';
}

export async function lookAtNetwork(plan: EnginePlan, webPort: number): Promise<NetworkFacts> {
  const version = await runCommand('iptables', ['--version']);
  const forwarding = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8').catch(() => '0');
  return {
    firewall: version.exitCode === 0 ? version.stdout.trim().replace(/^iptables\s+/, '') : null,
    rules: await rulesState(plan),
    isForwarding: forwarding.trim() === '1',
    port: { number: webPort, state: await portState(webPort) },
  };
}

/** Only a running engine has rules; whether each of them is right, the engine itself watches. */
async function rulesState(plan: EnginePlan): Promise<NetworkFacts['rules']> {
  if (!isRoot() || (await daemonPid(plan)) === null) return 'unseen';
  const { exitCode, stdout } = await runCommand('iptables-save', ['-t', 'filter']);
  if (exitCode !== 0) return 'unseen';
  const prefix = chainPrefix(plan);
  const hooks = [`-A INPUT -j ${prefix}input`, `-A FORWARD -j ${prefix}forward`];
  return hooks.every((hook) => stdout.split('\n').includes(hook)) ? 'there' : 'missing';
}

type MirrorLook = { mirror: Mirror; upstream: string | null };

export async function lookAtMirror({ mirror, upstream }: MirrorLook): Promise<MirrorFacts> {
  const nothing = { host: mirror.host, images: 0, standIns: 0, upstream: await lookAtUpstream(upstream) };
  if (!isRoot()) return { ...nothing, state: 'unseen' };
  if (!(await mirror.running())) return { ...nothing, state: 'stopped' };
  const { images } = await mirror.view();
  return {
    ...nothing,
    state: 'running',
    images: images.length,
    standIns: images.filter(({ standIn }) => standIn).length,
  };
}

/** Asked only where an admin has named it. */
async function lookAtUpstream(upstream: string | null): Promise<MirrorFacts['upstream']> {
  if (upstream === null) return null;
  const answers = await fetch(new URL('/v2/', upstream), { signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
  return { url: upstream, answers };
}
