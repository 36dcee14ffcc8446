import { readFile, writeFile } from 'node:fs/promises';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { waitUntil } from '#server/sandboxes/engine/processes.ts';
import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';
const HOOKS = [
  ['iptables', 'INPUT', 'input'],
  ['iptables', 'FORWARD', 'forward'],
  ['ip6tables', 'INPUT', 'input'],
  ['ip6tables', 'FORWARD', 'forward'],
] as const;

/** True while every rule of the engine's is hooked in. */
export async function rulesHold({ facts }: Engine): Promise<boolean> {
  const prefix = facts.networks.mirror.bridge;
  const checks = HOOKS.map(([family, into, chain]) =>
    runCommand(family, ['-w', '5', '-C', into, '-j', `${prefix}-${chain}`]),
  );
  return (await Promise.all(checks)).every(({ exitCode }) => exitCode === 0);
}

/**
 * Does something while exactly one engine's rules are away and the machine forwards what it gets: what is out of a
 * sandbox's reach with them must be within it now, or a test that says so proves nothing. `engine` must be the caller's own.
 */
export async function withoutRules<T>(engine: Engine, act: () => Promise<T>): Promise<T> {
  const forwarding = await readFile(FORWARDING, 'utf8');
  engine.release();
  for (const [family, into, chain] of HOOKS) {
    await runCommand(family, ['-w', '5', '-D', into, '-j', `${engine.facts.networks.mirror.bridge}-${chain}`]);
  }
  // As on a machine that forwards and refuses nobody; the engine takes these away with the rest.
  for (const { bridge } of Object.values(engine.facts.networks)) {
    for (const way of ['-i', '-o'])
      await mustRun('iptables', ['-w', '5', '-I', 'FORWARD', way, bridge, '-j', 'ACCEPT']);
  }
  await writeFile(FORWARDING, '1');
  try {
    return await act();
  } finally {
    await writeFile(FORWARDING, forwarding);
    await putBack(engine);
  }
}

/** The engine's own watch does it. */
async function putBack(engine: Engine): Promise<void> {
  await engine.start();
  if (!(await waitUntil(() => rulesHold(engine), 20_000))) throw new Error('the rules did not come back');
}
