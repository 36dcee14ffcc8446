import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
import { processesNaming } from '#server/sandboxes/drivers/bubblewrap/host-processes.ts';
import { Screen } from '../../contract/screen.ts';

const SIZE = { cols: 80, rows: 24 };
const ORDINARY_USER = 54_321;
const isRoot = process.getuid?.() === 0;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp('/tmp/ch-bwrap-');
  await chmod(dataDir, 0o711);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** Another process of the product: opens a shell, sets a variable in it, says so, and lives until killed. */
const CHILD = `
import { BubblewrapDriver } from '#server/sandboxes/drivers/bubblewrap/bubblewrap-driver.ts';
const driver = new BubblewrapDriver({ dataDir: process.argv[1], shellIntegration: null, network: false });
const report = await driver.check();
if (!report.usable) throw new Error(JSON.stringify(report));
const limits = { memoryMiB: 1, cpus: 1, pids: 1, diskMiB: 1 };
const sandbox = await driver.create({ sandboxId: 'sb-child', courseId: 'c', limits });
const shell = await sandbox.openShell({ name: 'shell-1', size: { cols: 80, rows: 24 } });
let text = '';
shell.onOutput((data) => {
  text += Buffer.from(data);
  if (text.includes('set-kept')) process.stdout.write('ready');
});
shell.write(Buffer.from('X=kept\\recho set-$X\\r'));
setInterval(() => undefined, 1000);
`;

async function startChild(uid?: number): Promise<ChildProcess> {
  const args = ['--input-type=module', '-e', CHILD, dataDir];
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, args, { cwd: process.cwd(), stdio: [...stdio], ...(uid && { uid, gid: uid }) });
  if (child.stdout === null) throw new Error('no output');
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the child ended'))),
  ]);
  return child;
}

test('after a kill -9 of the server, the student’s shell is still there', async () => {
  const child = await startChild();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const driver = new BubblewrapDriver({ dataDir, shellIntegration: null, network: false });
  const [ref] = await driver.list();
  const sandbox = ref === undefined ? null : await driver.adopt(ref);
  if (sandbox === null) throw new Error('was not adopted');
  const screen = new Screen(await sandbox.openShell({ name: 'shell-1', size: SIZE }));
  screen.run('echo still-$X.');
  await screen.sees('still-kept.');
  await sandbox.destroy();
  expect(await processesNaming(dataDir)).toEqual([]);
});

test('an ordinary user can do all of it too', async () => {
  if (isRoot) await chown(dataDir, ORDINARY_USER, ORDINARY_USER);
  const child = await startChild(isRoot ? ORDINARY_USER : undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const driver = new BubblewrapDriver({ dataDir, shellIntegration: null, network: false });
  const sandbox = await driver.adopt({ sandboxId: 'sb-child', ref: '' });
  await sandbox?.destroy();
  expect(await driver.list()).toEqual([]);
  expect(await processesNaming(dataDir)).toEqual([]);
});
