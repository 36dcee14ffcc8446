import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { errorCode } from '#server/errors.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { openTestEngine, type TestEngine } from '../../support/engine-for-tests.ts';

const LIMITS = { memoryMiB: 512, cpus: 1, pids: 256, diskMiB: 1024 };
const QUICK = { timeoutMs: 20_000, maxOutputBytes: 10_000 };
let lab: TestEngine;
let driver: DockerDriver;
let sandbox: Sandbox;

beforeAll(async () => {
  lab = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  lab.engine.release();
  const here = { ...dockerPlace(lab.engine.facts), mirrorPort: null };
  driver = new DockerDriver({
    installation: `engine-${process.pid}`,
    place: async () => here,
    imageFor: async (courseId) => (courseId === lab.courseId ? lab.imageTag : null),
    host: lab.engine,
  });
  sandbox = await driver.create({ sandboxId: `de-${process.pid}`, courseId: lab.courseId, limits: LIMITS });
});
afterAll(async () => {
  await sandbox?.destroy();
  await driver?.dispose();
  await lab?.close();
});

test('a course without an image, and an engine that is away, are told by their codes', async () => {
  const spec = { sandboxId: 'de-none', courseId: 'other', limits: LIMITS };
  expect(errorCode(await driver.create(spec).catch((error: unknown) => error))).toBe('image_not_built');
  const lost = new DockerDriver({
    installation: 'lost',
    place: async () => ({ ...dockerPlace(lab.engine.facts), socketPath: '/nowhere.sock' }),
    imageFor: async () => 'any',
    host: lab.engine,
  });
  expect(errorCode(await lost.create(spec).catch((error: unknown) => error))).toBe('engine_down');
  expect(errorCode(await lost.adopt(sandbox).catch((error: unknown) => error))).toBe('engine_down');
  expect(await lost.check()).toMatchObject({ usable: false });
});

test('the limits hold inside', async () => {
  const read = [
    'sh',
    '-c',
    'dd if=/dev/zero of=/home/student/big bs=1M count=1100; echo $?; rm /home/student/big',
  ] as const;
  const { stdout, stderr } = await sandbox.exec({ argv: [...read], user: 'student', ...QUICK, timeoutMs: 60_000 });
  expect(stdout.trim()).toBe('1');
  expect(stderr).toMatch(/quota|No space/i);
  const hog = await sandbox.exec({ argv: ['tail', '/dev/zero'], user: 'student', ...QUICK });
  expect(hog.exitCode).toBe(137);
  expect(hog.timedOut).toBe(false);
});

/** As `btrfs subvolume create sub` asks; a subvolume is outside the limit of the one that it lies in. */
const MAKE_SUBVOLUME = `open(my $here, "<", ".") or die; my $name = pack("q Z4088", 0, "sub");
  print defined ioctl($here, 0x5000940E, $name) ? "made" : "refused: $!"`;

test('nobody leaves the disk limit by way of a subvolume, and copies that share blocks still work', async () => {
  for (const user of ['student', 'root'] as const) {
    const made = await sandbox.exec({ argv: ['perl', '-e', MAKE_SUBVOLUME], user, ...QUICK });
    expect(made.stdout).toBe('refused: Operation not permitted');
  }
  const clone = ['sh', '-c', 'cd && echo text > one && cp --reflink=always one two && cat two'] as const;
  expect((await sandbox.exec({ argv: [...clone], user: 'student', ...QUICK })).stdout).toBe('text\n');
});

test('a port of the sandbox is reached from the host', async () => {
  const serve = ['systemd-run', '--quiet', 'systemd-socket-activate', '-l', '9000', '--inetd', '-a', 'cat'] as const;
  await sandbox.exec({ argv: [...serve], user: 'root', ...QUICK });
  const listening = ['sh', '-c', 'until grep -q :2328 /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done'] as const;
  await sandbox.exec({ argv: [...listening], user: 'root', ...QUICK });
  const stream = await sandbox.dialPort(9000);
  stream.write('echo me\n');
  const [answer] = await once(stream, 'data');
  stream.destroy();
  expect(String(answer)).toBe('echo me\n');
});

const LOOPBACK_SERVER = ['systemd-run', '--quiet', 'systemd-socket-activate', '-l'] as const;
const relays = async () =>
  (await sandbox.exec({ argv: ['pgrep', '-fc', '/dev/tc[p]'], user: 'root', ...QUICK })).stdout.trim();

test('a program that listens on the loopback alone is reached too, and nothing is left', async () => {
  await sandbox.exec({ argv: [...LOOPBACK_SERVER, '127.0.0.1:9001', '--inetd', '-a', 'cat'], user: 'root', ...QUICK });
  const stream = await vi.waitFor(() => sandbox.dialPort(9001), { timeout: 20_000, interval: 200 });
  // More than fits into any buffer on the way, both ways at once.
  const sent = Buffer.alloc(3 * 1024 * 1024, 'relay ');
  stream.write(sent);
  const received: Buffer[] = [];
  for await (const chunk of stream) {
    received.push(chunk);
    if (received.reduce((total, { length }) => total + length, 0) >= sent.length) break;
  }
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  stream.destroy();
  await vi.waitFor(async () => expect(await relays()).toBe('0'), { timeout: 20_000, interval: 200 });
});

test('a port on which nothing listens is told by its code', async () => {
  expect(errorCode(await sandbox.dialPort(9999).catch((error: unknown) => error))).toBe('port_closed');
  expect(await relays()).toBe('0');
});
