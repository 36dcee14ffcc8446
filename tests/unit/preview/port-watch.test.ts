import { expect, test } from 'vitest';
import { createLiveHub } from '#server/live/hub.ts';
import { listeningPorts } from '#server/preview/listening-ports.ts';
import { PortWatch } from '#server/preview/port-watch.ts';
import type { ExecResult } from '#server/sandboxes/driver.ts';
import { FakeDriver } from '#server/sandboxes/drivers/fake/fake-driver.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const line = (address: string, uid: number, state = '0A') =>
  `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 ${uid} 0 1 1 0 100 0 0 10 0`;
const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('what listens is read, lowest first and once; the system’s own and open connections are left out', () => {
  const text = [
    HEAD,
    line('00000000:1F90', 1000),
    line('0100007F:0BB8', 1000),
    line('00000000:0050', 0),
    line('0100007F:9999', 0),
    line('3500007F:0035', 101),
    // The engine's own name server for containers.
    line('0B00007F:8AD1', 65534),
    line('0100007F:C000', 1000, '01'),
    HEAD,
    line('00000000000000000000000000000000:1F90', 1000),
    line('0000000000000000FFFF00000100007F:8888', 0),
    line('00000000000000000000000001000000:0BB9', 1000),
    // What holds the shells.
    line('00000000000000000000000000000000:F0B0', 0),
    'nonsense',
  ].join('\n');
  expect(listeningPorts(text)).toEqual([80, 3000, 3001, 8080]);
});

test('of a thousand ports a page is told of some', () => {
  const many = Array.from({ length: 1000 }, (_, n) => line(`00000000:${(4096 + n).toString(16).toUpperCase()}`, 1000));
  expect(listeningPorts(many.join('\n'))).toHaveLength(12);
});

const GLANCE_MS = 1_200;

async function watched() {
  const clock = new ManualClock();
  const hub = createLiveHub();
  const told: LiveEvent[] = [];
  hub.subscribe('enrollment:ada', (event) => told.push(event));
  let looks = 0;
  let text = '';
  const answerExec = (): ExecResult => {
    looks += 1;
    return { exitCode: 0, timedOut: false, truncated: false, stdout: text, stderr: '' };
  };
  const limits = { memoryMiB: 1, cpus: 1, pids: 1, diskMiB: 1 };
  const sandbox = await new FakeDriver({ answerExec }).create({ sandboxId: 's', courseId: 'c', limits });
  let stir = (_seat: string) => undefined as unknown;
  let change = (_seat: string, _phase: string) => undefined as unknown;
  const shell = { busy: false, commands: 0 };
  const watch = new PortWatch({
    clock,
    hub,
    sandboxes: {
      find: () => sandbox,
      onChange(listener) {
        change = (seat, phase) => listener(seat, { phase } as never);
        return { [Symbol.dispose]: () => undefined };
      },
    },
    terminals: {
      onActivity(listener) {
        stir = listener;
        return { [Symbol.dispose]: () => undefined };
      },
      isBusy: () => shell.busy,
      hasShellIntegration: () => true,
      recentCommands: () =>
        Array.from({ length: shell.commands }, (_, n) => ({
          command: 'x',
          exitCode: 0,
          cwd: null,
          startedAt: new Date(n),
          endedAt: new Date(n + 1),
        })),
    },
  });
  const passes = async (ms: number) => {
    clock.advance(ms);
    // A look's answer comes in a few turns of the loop.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    hub,
    told,
    shell,
    watch,
    clock,
    passes,
    looks: () => looks,
    listens: (...ports: number[]) => {
      text = ports.map((port) => line(`00000000:${port.toString(16).toUpperCase().padStart(4, '0')}`, 1000)).join('\n');
    },
    stir: () => stir('ada'),
    change: (phase: string) => change('ada', phase),
  };
}

test('a server that is started in the foreground is noticed, and told once', async () => {
  const { hub, shell, stir, passes, listens, told, watch } = await watched();
  hub.enter('ada');
  shell.busy = true;
  stir();
  listens(8080);
  await passes(GLANCE_MS);
  await passes(0);
  expect(told).toEqual([{ type: 'ports', ports: [8080] }]);
  await passes(60_000);
  expect(told).toHaveLength(1);
  expect(watch.ports('ada')).toEqual([8080]);
});

test('a server that takes a while, and one that ended, are noticed too', async () => {
  const { hub, shell, stir, passes, listens, told } = await watched();
  hub.enter('ada');
  shell.busy = true;
  stir();
  await passes(GLANCE_MS);
  listens(3000);
  await passes(10_000);
  expect(told.at(-1)).toEqual({ type: 'ports', ports: [3000] });
  shell.busy = false;
  shell.commands = 1;
  listens();
  stir();
  await passes(GLANCE_MS);
  await passes(0);
  expect(told.at(-1)).toEqual({ type: 'ports', ports: [] });
});

test('a command that begins right after a glance is noticed, though signs of life come once a second', async () => {
  const { hub, shell, stir, passes, listens, told } = await watched();
  hub.enter('ada');
  stir();
  await passes(1_000);
  stir();
  await passes(900);
  shell.busy = true;
  listens(8080);
  await passes(GLANCE_MS);
  await passes(0);
  expect(told).toEqual([{ type: 'ports', ports: [8080] }]);
});

test('whoever only reads, types, or has left costs no look', async () => {
  const { hub, shell, stir, passes, looks, clock } = await watched();
  const page = hub.enter('ada');
  await passes(60_000);
  for (let second = 0; second < 60; second += 1) {
    stir();
    await passes(1000);
  }
  expect(looks()).toBe(0);
  page[Symbol.dispose]();
  shell.busy = true;
  stir();
  await passes(60_000);
  expect(looks()).toBe(0);
  expect(clock.pending).toBe(0);
});

test('a program that prints without end is looked at four times a minute at most, after its first looks', async () => {
  const { hub, shell, stir, passes, looks } = await watched();
  hub.enter('ada');
  shell.busy = true;
  for (let second = 0; second < 60; second += 1) {
    stir();
    await passes(1000);
  }
  expect(looks()).toBeGreaterThanOrEqual(4);
  expect(looks()).toBeLessThanOrEqual(3 + 4);
});

test('with its sandbox its ports are gone', async () => {
  const { hub, shell, stir, passes, listens, told, change, watch } = await watched();
  hub.enter('ada');
  shell.busy = true;
  listens(8080);
  stir();
  await passes(GLANCE_MS);
  await passes(0);
  change('ending');
  expect(told.at(-1)).toEqual({ type: 'ports', ports: [] });
  expect(watch.ports('ada')).toEqual([]);
});
