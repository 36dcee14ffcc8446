import { createSocket } from 'node:dgram';
import { readdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { BridgeNetwork } from '#server/sandboxes/engine/engine-plan.ts';
import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';
import { answers, run, runPerl, wireOf } from '../../support/neighbourhood/inside.ts';
import { rulesHold } from '../../support/neighbourhood/without-rules.ts';
import { type NetworkLab, openNetworkLab } from './network-lab.ts';

/** An engine of its own, with the image loaded into it, on a machine that may have much else to do. */
const PATIENCE_MS = 600_000;
const SECRET = 'for the neighbour alone';
let lab: NetworkLab;
let thief: Sandbox;
let victim: Sandbox;
let bridge: BridgeNetwork;

beforeAll(async () => {
  lab = await openNetworkLab('tampering', 3);
  bridge = lab.engine.facts.networks.mirror;
  [thief, victim] = await Promise.all([lab.fresh('mirror'), lab.fresh('mirror')]);
}, PATIENCE_MS);
afterAll(async () => {
  await Promise.all([thief, victim].map((sandbox) => sandbox?.destroy()));
  await lab?.close();
}, PATIENCE_MS);

/** The host talks to the victim while the thief says that the victim's addresses are the thief's. */
async function theft(): Promise<{ stolen: number; received: number }> {
  const { address, mac } = await wireOf(victim);
  const stealing = runPerl(thief, 'steal', 6, address, mac, bridge.gateway, SECRET);
  const listening = runPerl(victim, 'listen', 6, 7000, SECRET);
  const host = createSocket('udp4');
  for (let sent = 0; sent < 50; sent++) {
    host.send(SECRET, 7000, address);
    await delay(100);
  }
  host.close();
  return { stolen: Number((await stealing).stdout), received: Number((await listening).stdout) };
}

/** As a bridge is when nobody ties its ports: frames go where the last sender said. */
async function untie(): Promise<void> {
  for (const port of await readdir(`/sys/class/net/${bridge.bridge}/brif`)) {
    const flag = (name: string, value: string) =>
      writeFile(`/sys/class/net/${bridge.bridge}/brif/${port}/${name}`, value);
    await mustRun('bridge', ['link', 'set', 'dev', port, 'locked', 'off']);
    await flag('learning', '1');
    await flag('unicast_flood', '1');
    await flag('flush', '1');
  }
  for (const sandbox of [thief, victim]) {
    const { address, mac } = await wireOf(sandbox);
    for (const port of await readdir(`/sys/class/net/${bridge.bridge}/brif`))
      await runCommand('bridge', ['fdb', 'del', mac, 'dev', port, 'master', 'static']);
    await mustRun('ip', ['neigh', 'del', address, 'dev', bridge.bridge]);
  }
}

test('neighbours reach each other neither by name nor by wire, and would without the isolation of their ports', async () => {
  const { address } = await wireOf(victim);
  await run(victim, ['systemd-run', '--quiet', 'systemd-socket-activate', '-l', '9000', '--inetd', '-a', 'cat']);
  const ping = async () => (await run(thief, ['ping', '-c', '2', '-W', '2', address])).exitCode === 0;
  expect(await ping()).toBe(false);
  expect(await answers(thief, address, 9000)).toBe(false);
  lab.engine.release();
  for (const port of await readdir(`/sys/class/net/${bridge.bridge}/brif`))
    await writeFile(`/sys/class/net/${bridge.bridge}/brif/${port}/isolated`, '0');
  for (const way of ['-i', '-o'])
    await mustRun('iptables', ['-w', '5', '-I', 'FORWARD', way, bridge.bridge, '-j', 'ACCEPT']);
  expect(await ping()).toBe(true);
  await lab.engine.start();
  await vi.waitFor(async () => expect(await ping()).toBe(false), { timeout: 30_000 });
});

test('who says that an address is theirs gets nothing of what is sent to it, and would if ports were not tied', async () => {
  const tied = await theft();
  expect(tied.stolen).toBe(0);
  expect(tied.received).toBeGreaterThan(0);
  await untie();
  expect((await theft()).stolen).toBeGreaterThan(0);
});

const prefix = () => bridge.bridge;

test.each([
  ['the hook of incoming packets', () => ['iptables', '-D', 'INPUT', '-j', `${prefix()}-input`]],
  ['the hook of forwarded packets', () => ['iptables', '-D', 'FORWARD', '-j', `${prefix()}-forward`]],
  ['a whole chain', () => ['iptables', '-F', `${prefix()}-in-mirror`]],
  ['one rule', () => ['iptables', '-D', `${prefix()}-in-none`, '3']],
  ['the address translation', () => ['iptables', '-t', 'nat', '-F', `${prefix()}-nat`]],
  ['the rules for IPv6', () => ['ip6tables', '-F', `${prefix()}-input`]],
])('%s: taken away, it is back within moments', async (_what, command) => {
  const [program = '', ...args] = command();
  const before = lab.engine.status().repairs[0];
  const saved = async () => {
    const all = await Promise.all([['iptables-save'], ['ip6tables-save']].map(([save = '']) => runCommand(save, [])));
    return all
      .flatMap(({ stdout }) => stdout.split('\n'))
      .filter((line) => line.includes(`${prefix()}-`) && !line.startsWith('#'));
  };
  const whole = await saved();
  await mustRun(program, ['-w', '5', ...args]);
  expect(await saved()).not.toEqual(whole);
  await vi.waitFor(async () => expect(await saved()).toEqual(whole), { timeout: 30_000, interval: 50 });
  await vi.waitFor(() => expect(lab.engine.status().repairs[0]).not.toBe(before), { timeout: 30_000 });
  expect(lab.engine.status().gaps).toEqual([]);
});

test('a rule that lets all in, put above ours, does not stay there', async () => {
  await mustRun('iptables', ['-w', '5', '-I', 'INPUT', '1', '-i', bridge.bridge, '-j', 'ACCEPT']);
  await vi.waitFor(
    async () => expect((await runCommand('iptables', ['-S', 'INPUT'])).stdout).not.toContain(`-i ${bridge.bridge} `),
    { timeout: 30_000 },
  );
  const comment = ['-m', 'comment', '--comment', `above-${bridge.bridge}`, '-s', '203.0.113.99', '-j', 'ACCEPT'];
  await mustRun('iptables', ['-w', '5', '-I', 'INPUT', '1', ...comment]);
  try {
    const first = async () => (await mustRun('iptables', ['-S', 'INPUT'])).split('\n')[1] ?? '';
    await vi.waitFor(async () => expect(await first()).toMatch(/-j ch\d+-input$/), { timeout: 30_000 });
  } finally {
    await mustRun('iptables', ['-w', '5', '-D', 'INPUT', ...comment]);
  }
  expect(await rulesHold(lab.engine)).toBe(true);
});
