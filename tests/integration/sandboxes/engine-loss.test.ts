import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { livingPid } from '#server/sandboxes/engine/processes.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { Screen } from '../../contract/screen.ts';
import { nextState, ownEngine, removeEngine, runningPid, tracesOf } from './engine-machine.ts';

const CACHE = process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse';
const COURSE = 'virtualization';
const LIMITS = { memoryMiB: 512, cpus: 1, pids: 256, diskMiB: 1024 };
const QUICK = { user: 'student', timeoutMs: 20_000, maxOutputBytes: 10_000 } as const;
/** An engine of its own: it is killed and stopped here, which nobody else's tests would survive. */
const options = ownEngine('loss', 2);
let engine: Engine;
let driver: DockerDriver;
let sandbox: Sandbox;

beforeAll(async () => {
  await removeEngine(options);
  engine = createEngine(options);
  await engine.start();
  const { tag } = await ensureLabImage({
    engine,
    courseId: COURSE,
    directory: path.resolve('content', COURSE, 'sandbox'),
    cacheDirectory: path.join(CACHE, 'images'),
    pullBase: null,
  });
  driver = new DockerDriver({
    installation: `loss-${process.pid}`,
    place: async () => ({ ...dockerPlace(engine.facts), mirrorPort: null }),
    imageFor: async () => tag,
    host: engine,
  });
  sandbox = await driver.create({ sandboxId: `loss-${process.pid}`, courseId: COURSE, limits: LIMITS });
});
afterAll(async () => {
  await driver?.dispose();
  await removeEngine(options);
});

/** Goes on typing until the shell answers again. */
async function answersAgain(screen: Screen, word: string): Promise<void> {
  const typing = setInterval(() => screen.run(`echo ${word}-$X-$COLUMNS.`), 300);
  await screen.sees(`${word}-kept-90.`).finally(() => clearInterval(typing));
}

async function heldShell(name: string): Promise<Screen> {
  const screen = new Screen(await sandbox.openShell({ name, size: { cols: 90, rows: 30 } }));
  onTestFinished(() => screen.shell.detach());
  screen.run('X=kept');
  screen.run('echo up-$X.');
  await screen.sees('up-kept.');
  return screen;
}

/** Shells need no engine; commands do. */
async function runsCommandsAgain(): Promise<void> {
  await vi.waitFor(
    async () => expect((await sandbox.exec({ argv: ['id', '-un'], ...QUICK })).stdout).toBe('student\n'),
    { timeout: 30_000, interval: 200 },
  );
}

test('a kill -9 of the engine ends no shell: it goes on where it was', async () => {
  const ends: string[] = [];
  sandbox.onEnd((reason) => ends.push(reason));
  const screen = await heldShell('shell-1');
  process.kill(runningPid(engine), 'SIGKILL');
  await answersAgain(screen, 'after');
  expect(screen.exit).toBeNull();
  await runsCommandsAgain();
  expect(ends).toEqual([]);
});

test('a sandbox that stands still for a saving goes on when that is over, though the engine was killed meanwhile', async () => {
  const screen = await heldShell('shell-3');
  const back = nextState(engine, ({ phase }) => phase === 'running');
  const still = await engine.holdStill(sandbox.ref);
  process.kill(runningPid(engine), 'SIGKILL');
  await back;
  expect(await still.end()).toBe(true);
  await answersAgain(screen, 'awake');
  await runsCommandsAgain();
});

test('one that an earlier process left standing still goes on, and whoever held it is told', async () => {
  const screen = await heldShell('shell-4');
  const still = await engine.holdStill(sandbox.ref);
  await expect(engine.holdStill(sandbox.ref)).rejects.toThrow('still already');
  const next = createEngine(options);
  onTestFinished(() => next.release());
  await next.start();
  await answersAgain(screen, 'woken');
  engine.release();
  expect(await still.end()).toBe(false);
  await engine.start();
});

test('while the engine can begin nothing, a shell opens all the same, the one that was and a new one', async () => {
  const screen = await heldShell('shell-5');
  screen.shell.detach();
  const containerd = await livingPid(`${planEngine(options).execRoot}/containerd/containerd.pid`, 'containerd');
  process.kill(containerd ?? 0, 'SIGKILL');
  const again = new Screen(await sandbox.openShell({ name: 'shell-5', size: { cols: 90, rows: 30 } }));
  onTestFinished(() => again.shell.detach());
  await answersAgain(again, 'same');
  await answersAgain(await heldShell('shell-6'), 'new');
  await runsCommandsAgain();
});

test('an engine that hangs is noticed and replaced, and its sandboxes live on', async () => {
  const screen = await heldShell('shell-2');
  const hung = runningPid(engine);
  const given = nextState(engine, ({ phase }) => phase === 'restarting');
  const back = nextState(engine, ({ phase }) => phase === 'running');
  process.kill(hung, 'SIGSTOP');
  expect(await given).toMatchObject({ attempt: 1, reason: expect.stringContaining('did not answer') });
  await back;
  expect(runningPid(engine)).not.toBe(hung);
  await answersAgain(screen, 'later');
  await runsCommandsAgain();
});

test('an engine that hangs is stopped all the same, its sandboxes included', async () => {
  process.kill(runningPid(engine), 'SIGSTOP');
  await engine.stop();
  expect(await tracesOf(options)).toEqual([]);
});
