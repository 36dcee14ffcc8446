import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { AppError } from '#server/errors.ts';
import type { Sandbox, SandboxEnd } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { Screen } from '../../contract/screen.ts';
import { openTestEngine, type TestEngine } from '../../support/engine-for-tests.ts';
import { type FilteredEngine, filterEngine } from '../../support/filtered-engine.ts';

const LIMITS = { memoryMiB: 512, cpus: 1, pids: 256, diskMiB: 1024 };
const QUICK = { user: 'student', timeoutMs: 20_000, maxOutputBytes: 10_000 } as const;
const SIZE = { cols: 80, rows: 24 };
const SYSTEM = ['systemctl', 'is-active', 'docker.socket'] as const;
const installation = `boot-${process.pid}`;

let lab: TestEngine;
let filtered: FilteredEngine;

beforeAll(async () => {
  lab = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  lab.engine.release();
  filtered = await filterEngine({ engine: lab.engine, installation, imageTag: lab.imageTag });
});
afterAll(async () => {
  await filtered?.close();
  await lab?.close();
});

/** A driver whose go-ahead for a system goes through `handOver`. */
function driverWith(handOver: (containerId: string) => Promise<void>): DockerDriver {
  const driver = new DockerDriver({
    installation,
    place: async () => filtered.place,
    imageFor: async () => lab.imageTag,
    host: { ...filtered, handOverCgroup: handOver },
  });
  onTestFinished(() => driver.dispose());
  return driver;
}

async function made(driver: DockerDriver, how: { waits?: boolean } = {}): Promise<Sandbox> {
  const sandboxId = `db-${randomBytes(5).toString('hex')}`;
  const sandbox = await driver.create({ sandboxId, courseId: lab.courseId, limits: LIMITS, ...how });
  onTestFinished(() => sandbox.destroy());
  return sandbox;
}

async function promptOf(sandbox: Sandbox): Promise<Screen> {
  const screen = new Screen(await sandbox.openShell({ name: 'shell-1', size: SIZE }));
  await screen.sees('$ ');
  return screen;
}

test('a shell is there before its system, and its first command waits for that', async () => {
  const gate = Promise.withResolvers<void>();
  const driver = driverWith(async (containerId) => {
    await gate.promise;
    await filtered.handOverCgroup(containerId);
  });
  const sandbox = await made(driver);
  const screen = await promptOf(sandbox);
  screen.run(`echo it-$(${SYSTEM.join(' ')})`);
  await screen.sees('Your system is still starting');
  expect(screen.text).not.toContain('it-active');
  gate.resolve();
  await screen.sees('it-active');
});

test('a command of the platform waits for the system as well, and can be given up meanwhile', async () => {
  const gate = Promise.withResolvers<void>();
  const driver = driverWith(async (containerId) => {
    await gate.promise;
    await filtered.handOverCgroup(containerId);
  });
  const sandbox = await made(driver);
  const giveUp = new AbortController();
  const given = sandbox.exec({ ...QUICK, argv: ['true'], signal: giveUp.signal });
  giveUp.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  const asked = sandbox.exec({ ...QUICK, argv: SYSTEM });
  gate.resolve();
  expect(await asked).toMatchObject({ exitCode: 0, stdout: 'active\n' });
});

test('while others are being made a system waits, until somebody types', async () => {
  const held = Promise.withResolvers<void>();
  const handOver = vi.fn(filtered.handOverCgroup);
  let isFirst = true;
  const driver = new DockerDriver({
    installation,
    place: async () => filtered.place,
    imageFor: async () => lab.imageTag,
    host: {
      ...filtered,
      handOverCgroup: handOver,
      async bindNetwork(containerId) {
        await filtered.bindNetwork(containerId);
        if (!isFirst) await held.promise;
        isFirst = false;
      },
    },
  });
  onTestFinished(() => driver.dispose());
  const both = [made(driver), made(driver)];
  const sandbox = await Promise.race(both);
  const screen = await promptOf(sandbox);
  expect(handOver).not.toHaveBeenCalled();
  screen.run(`echo it-$(${SYSTEM.join(' ')})`);
  await screen.sees('it-active');
  expect(handOver).toHaveBeenCalledOnce();
  held.resolve();
  await Promise.all(both);
});

test('an engine that is away when a system should boot is asked again', async () => {
  const tries = vi.fn(filtered.handOverCgroup).mockRejectedValueOnce(new AppError('engine_down', 'restarting'));
  const sandbox = await made(driverWith(tries));
  expect(await sandbox.exec({ ...QUICK, argv: SYSTEM })).toMatchObject({ stdout: 'active\n' });
  expect(tries).toHaveBeenCalledTimes(2);
});

test('a server that stops lets waiting systems boot first', async () => {
  const first = driverWith(filtered.handOverCgroup);
  const sandbox = await made(first);
  const ends: SandboxEnd[] = [];
  sandbox.onEnd((reason) => ends.push(reason));
  await first.dispose();
  const again = await driverWith(async () => {
    throw new Error('it has its system already');
  }).adopt({ sandboxId: sandbox.sandboxId, ref: sandbox.ref });
  await vi.waitFor(
    async () => expect(await again?.exec({ ...QUICK, argv: SYSTEM })).toMatchObject({ stdout: 'active\n' }),
    10_000,
  );
  expect(ends).toEqual([]);
});

test('a prepared one waits for its system until somebody types, past a restart of the server too', async () => {
  const handOver = vi.fn(filtered.handOverCgroup);
  const first = driverWith(handOver);
  const sandbox = await made(first, { waits: true });
  await first.dispose();
  const again = await driverWith(handOver).adopt({ sandboxId: sandbox.sandboxId, ref: sandbox.ref, waits: true });
  if (again === null) throw new Error('it was lost');
  const screen = await promptOf(again);
  expect(handOver).not.toHaveBeenCalled();
  screen.run(`echo it-$(${SYSTEM.join(' ')})`);
  await screen.sees('it-active');
  expect(handOver).toHaveBeenCalledOnce();
});

test('a prepared one that is given to somebody boots in its turn', async () => {
  const handOver = vi.fn(filtered.handOverCgroup);
  const sandbox = await made(driverWith(handOver), { waits: true });
  expect(handOver).not.toHaveBeenCalled();
  sandbox.boot();
  await vi.waitFor(() => expect(handOver).toHaveBeenCalledOnce());
  expect(await sandbox.exec({ ...QUICK, argv: SYSTEM })).toMatchObject({ stdout: 'active\n' });
});

test('after a server that died before, the next one lets it boot', async () => {
  const never = driverWith(() => new Promise(() => undefined));
  const sandbox = await made(never);
  const screen = await promptOf(sandbox);
  const again = await driverWith(filtered.handOverCgroup).adopt({ sandboxId: sandbox.sandboxId, ref: sandbox.ref });
  expect(await again?.exec({ ...QUICK, argv: SYSTEM })).toMatchObject({ stdout: 'active\n' });
  screen.run('echo same-$((40 + 2))');
  await screen.sees('same-42');
});

test('a sandbox that is ended before its system boots is gone, and asks for nothing more', async () => {
  const handOver = vi.fn(() => new Promise<void>(() => undefined));
  const sandbox = await made(driverWith(handOver));
  const asked = sandbox.exec({ ...QUICK, argv: ['true'] }).catch((error: unknown) => error);
  await vi.waitFor(() => expect(handOver).toHaveBeenCalledOnce());
  await sandbox.destroy();
  expect(await asked).toMatchObject({ code: 'sandbox_gone' });
});

test('a command that is given up while its sandbox stands still is ended when it begins', async () => {
  const gate = Promise.withResolvers<void>();
  const holdStill = vi.fn(async (containerId: string) => {
    await gate.promise;
    return filtered.holdStill(containerId);
  });
  const driver = new DockerDriver({
    installation,
    place: async () => filtered.place,
    imageFor: async () => lab.imageTag,
    host: { ...filtered, holdStill },
  });
  onTestFinished(() => driver.dispose());
  const sandbox = await made(driver);
  const keeping = sandbox.snapshot(`db-${randomBytes(5).toString('hex')}`);
  await vi.waitFor(() => expect(holdStill).toHaveBeenCalledOnce(), { timeout: 20_000 });
  const giveUp = new AbortController();
  const given = sandbox.exec({ ...QUICK, argv: ['sleep', '15.5'], signal: giveUp.signal });
  await new Promise((resolve) => setImmediate(resolve));
  giveUp.abort(new Error('enough'));
  gate.resolve();
  await expect(given).rejects.toThrow('enough');
  await driver.deleteSnapshot(await keeping);
  expect(await sandbox.exec({ ...QUICK, argv: ['pgrep', '-f', '^sleep 15[.]5'] })).toMatchObject({ exitCode: 1 });
});
