import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { Screen } from '../../contract/screen.ts';
import { openTestEngine, type TestEngine } from '../../support/engine-for-tests.ts';
import { type FilteredEngine, filterEngine } from '../../support/filtered-engine.ts';

/** Shells of students who break what their shells stand on. */
const LIMITS = { memoryMiB: 512, cpus: 1, pids: 256, diskMiB: 1024 };
const QUICK = { timeoutMs: 20_000, maxOutputBytes: 10_000 };
const SIZE = { cols: 80, rows: 24 };
const installation = `shells-${process.pid}`;
let lab: TestEngine;
let filtered: FilteredEngine;
let driver: DockerDriver;
let sandbox: Sandbox;

beforeAll(async () => {
  lab = await openTestEngine();
  // Whoever started it watches it: a suite that borrows an engine must never restart it.
  lab.engine.release();
  filtered = await filterEngine({ engine: lab.engine, installation, imageTag: lab.imageTag });
  driver = new DockerDriver({
    installation,
    place: async () => filtered.place,
    imageFor: async () => lab.imageTag,
    host: filtered,
  });
  const sandboxId = `ds-${randomBytes(5).toString('hex')}`;
  sandbox = await driver.create({ sandboxId, courseId: lab.courseId, limits: LIMITS });
});
afterAll(async () => {
  await sandbox?.destroy();
  await driver?.dispose();
  await filtered?.close();
  await lab?.close();
});

const asRoot = (command: string) => sandbox.exec({ argv: ['sh', '-c', command], user: 'root', ...QUICK });

async function shellOf(name: string): Promise<Screen> {
  const screen = new Screen(await sandbox.openShell({ name, size: SIZE }));
  // Of two who hold on to one shell the newer takes it from the other.
  onTestFinished(() => screen.shell.detach());
  await screen.sees('$ ');
  return screen;
}

test('a shell is the student’s login on a terminal of theirs, and knows nothing of how it is held', async () => {
  const screen = await shellOf('shell-1');
  screen.run('id -un; shopt -q login_shell && echo login-$((1 + 0)); pwd; echo > "$(tty)" && echo mine-$((1 + 0))');
  await screen.sees(/student[\s\S]*login-1[\s\S]*\/home\/student[\s\S]*mine-1/);
  screen.run('env | grep -c TOKEN; cat /proc/1/environ | wc -c; cat /proc/$PPID/environ | wc -c; echo ends-$((1 + 0))');
  await screen.sees('ends-1');
  expect(screen.text).toMatch(/\n(\S*\r)?0\r\n/);
  expect(screen.text.match(/Permission denied/g)).toHaveLength(2);
});

test('groups that the student has since then are in the next shell', async () => {
  await asRoot('groupadd late && usermod -a -G late student');
  const screen = await shellOf('shell-2');
  screen.run('id -nG');
  await screen.sees(/student .*late/);
});

test('without its network a shell goes on, and new ones open', async () => {
  const screen = await shellOf('shell-5');
  await asRoot('ip link set eth0 down');
  screen.run('echo without-$((40 + 2))');
  await screen.sees('without-42');
  expect(screen.text.match(/without-42/g)).toHaveLength(1);
  const other = await shellOf('shell-3');
  other.run('echo other-$((40 + 2))');
  await other.sees('other-42');
  await asRoot('ip link set eth0 up');
});

test('a holder that is killed takes its shells along, and the next shell has another, though its program is gone', async () => {
  const screen = await shellOf('shell-4');
  await asRoot(
    'rm -f /usr/local/lib/chapterhouse/hold /usr/local/lib/chapterhouse/hold-shells.sh; pkill -KILL -x hold',
  );
  expect(await screen.exits()).toEqual({ exitCode: null, signal: 'SIGKILL' });
  const next = await shellOf('shell-4');
  next.run('echo again-$((40 + 2))');
  await next.sees('again-42');
});

test('nobody is let in at the port without the token', async () => {
  const knock = 'exec 3<>/dev/tcp/127.0.0.1/61616; printf "H\\0\\0\\0\\0" >&3; head -c 1 <&3 | wc -c';
  const { stdout } = await sandbox.exec({ argv: ['bash', '-c', knock], user: 'student', ...QUICK });
  expect(stdout.trim()).toBe('0');
});
