import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { NetworkMode, Sandbox } from '#server/sandboxes/driver.ts';
import { addDefaultRoute, answers, run, runPerl, runShell, wireOf } from '../../support/neighbourhood/inside.ts';
import { type Neighbourhood, standUpNeighbourhood } from '../../support/neighbourhood/neighbourhood.ts';
import { withoutRules } from '../../support/neighbourhood/without-rules.ts';
import { type NetworkLab, openNetworkLab } from './network-lab.ts';

/** An engine of its own, with the image loaded into it, on a machine that may have much else to do. */
const PATIENCE_MS = 600_000;
const MODES = ['none', 'mirror', 'internet'] as const;
let lab: NetworkLab;
let around: Neighbourhood;
let students: Record<NetworkMode, Sandbox>;

beforeAll(async () => {
  lab = await openNetworkLab('modes', 2);
  around = await standUpNeighbourhood(lab.index);
  const [none, mirror, internet] = await Promise.all(MODES.map((mode) => lab.fresh(mode)));
  if (!none || !mirror || !internet) throw new Error('three sandboxes were asked for');
  students = { none, mirror, internet };
  for (const mode of MODES) await addDefaultRoute(students[mode], lab.engine.facts.networks[mode].gateway);
}, PATIENCE_MS);
afterAll(async () => {
  await Promise.all(Object.values(students ?? {}).map((sandbox) => sandbox.destroy()));
  await around?.dispose();
  await lab?.close();
}, PATIENCE_MS);

/** Every address of this machine: the stand-in, the bridges of the engine and the real interfaces. */
function ownAddresses(): string[] {
  const others = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    // Another engine on this machine keeps its own bridges shut.
    /^ch\d/.test(name) && !name.startsWith(`ch${lab.index}`)
      ? []
      : addresses.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  );
  return [...new Set([around.own, ...others])];
}

const everything = () => [around.outside, ...around.privates, around.metadata, ...ownAddresses()];

async function reached(sandbox: Sandbox): Promise<string[]> {
  const found: string[] = [];
  for (const address of everything()) if (await answers(sandbox, address, around.port)) found.push(address);
  return found;
}

test.each(MODES)(
  'without the rules everything is within the reach of a sandbox with %s',
  async (mode) => {
    expect(await withoutRules(lab.engine, () => reached(students[mode]))).toEqual(everything());
  },
  PATIENCE_MS,
);

test.each([
  ['none', []],
  ['mirror', []],
  ['internet', ['outside']],
] as const)('with the rules a sandbox with %s reaches of all that: %j', async (mode, expected) => {
  expect(await reached(students[mode])).toEqual(expected.map((name) => around[name]));
});

test('the mirror is reached where the course says so', async () => {
  const { networks, registryPort } = lab.engine.facts;
  for (const [mode, isOpen] of Object.entries({ none: false, mirror: true, internet: true })) {
    const sandbox = students[mode as NetworkMode];
    expect(await answers(sandbox, networks.mirror.gateway, registryPort), mode).toBe(isOpen);
  }
});

test.each(MODES)('the host dials into a sandbox with %s', async (mode) => {
  const serve = ['systemd-run', '--quiet', 'systemd-socket-activate', '-l', '9000', '--inetd', '-a', 'cat'] as const;
  await run(students[mode], serve);
  const answer = await vi.waitFor(
    async () => {
      const stream = await students[mode].dialPort(9000);
      stream.write('echo me\n');
      const [data] = await once(stream, 'data');
      stream.destroy();
      return String(data);
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(answer).toBe('echo me\n');
});

/** How many of the packets that the outside host sends come in. */
async function comeIn(sandbox: Sandbox): Promise<number> {
  const { address } = await wireOf(sandbox);
  const listening = runPerl(sandbox, 'listen', 4, 7000, 'knock');
  for (let sent = 0; sent < 10; sent++) {
    await around.sendFromOutside({ to: address, port: 7000, text: 'knock' });
    await delay(200);
  }
  return Number((await listening).stdout);
}

test(
  'nothing comes in from outside, and would without the rules',
  async () => {
    expect(await comeIn(students.internet)).toBe(0);
    expect(await withoutRules(lab.engine, () => comeIn(students.internet))).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

/** Whether a packet of ours comes to the outside host under an address of another network. */
async function arrivesAs(sandbox: Sandbox, from: string): Promise<boolean> {
  const text = `as ${from} ${Math.random()}`;
  const sent = await runPerl(sandbox, 'send-as', from, around.outside, around.port, text);
  expect(sent.stdout).toBe('sent\n');
  await delay(500);
  return around.contacts.some(({ to }) => to === text);
}

test.each(MODES)('a sandbox with %s cannot go out under an address of a network that may', async (mode) => {
  const other = mode === 'internet' ? students.mirror : students.internet;
  const { address } = await wireOf(other);
  expect(await arrivesAs(students[mode], address)).toBe(false);
});

test('a sandbox that may go out does so under its own address', async () => {
  expect(await arrivesAs(students.internet, (await wireOf(students.internet)).address)).toBe(true);
});

test.each([
  ['in a container of its own', 'docker run --rm'],
  ['in a container on the network of its sandbox', 'docker run --rm --network host'],
])('%s a student reaches no more', async (_where, command) => {
  const get = (address: string) =>
    runShell(students.internet, `echo hello | ${command} -i alpine nc -w 3 ${address} ${around.port}`, 120_000);
  await runShell(students.internet, 'until systemctl is-active --quiet docker; do sleep 0.1; done');
  expect(await get(around.outside)).toMatchObject({ stdout: expect.stringContaining('here') });
  for (const address of [around.privates[0] ?? '', around.metadata, around.own])
    expect((await get(address)).stdout, address).toBe('');
});

test('there is no IPv6 to anybody', async () => {
  const neighbours = await runShell(students.internet, 'ping -6 -c 2 -W 1 ff02::1%eth0 | grep -v "$(hostname)"');
  expect(neighbours.stdout).not.toMatch(/bytes from fe80/);
  const routes = await run(students.internet, ['ip', '-6', 'route', 'show', 'default']);
  expect(routes.stdout).toBe('');
});
