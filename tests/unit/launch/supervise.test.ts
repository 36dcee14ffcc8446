import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';

const SUPERVISE = path.resolve('server/launch/supervise.mjs');
const SOON = { timeout: 60_000, interval: 20 };

/** One of ours that takes its time to end, and notes that it ended by itself. */
const OURS = `
const { writeFileSync, appendFileSync } = require('node:fs');
const [folder, name, endsAfter] = process.argv.slice(1);
process.on('SIGTERM', () => setTimeout(() => {
  appendFileSync(folder + '/ends', name + ' ');
  process.exit(0);
}, Number(endsAfter)));
setInterval(() => undefined, 1000);
writeFileSync(folder + '/' + name, String(process.pid));
writeFileSync(folder + '/sockets/keeper.sock', '');
`;

type Supervised = { launcher: ChildProcess; folder: string };

async function supervised(endsAfterMs: number): Promise<Supervised> {
  const folder = mkdtempSync(path.join(tmpdir(), 'supervise-'));
  mkdirSync(path.join(folder, 'sockets'));
  const command = (name: string) => ({
    program: process.execPath,
    args: ['-e', OURS, folder, name, String(endsAfterMs)],
    cwd: '/',
    env: {},
  });
  const launch = { keeper: { ...command('keeper'), folder: path.join(folder, 'sockets') }, web: command('web') };
  const code = `
    const { supervise } = await import(${JSON.stringify(SUPERVISE)});
    process.exitCode = await supervise(${JSON.stringify(launch)}, () => undefined);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  onTestFinished(() => {
    launcher.kill('SIGKILL');
    for (const name of ['keeper', 'web']) if (isAlive(folder, name)) process.kill(pidOf(folder, name), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await vi.waitFor(() => expect(pidOf(folder, 'web')).toBeGreaterThan(0), SOON);
  return { launcher, folder };
}

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const pidOf = (folder: string, name: string) => Number(read(path.join(folder, name)));
const isAlive = (folder: string, name: string) => existsSync(`/proc/${pidOf(folder, name)}`);
const endsIn = (folder: string) => read(path.join(folder, 'ends'));

test('a signal ends the web process first and then the keeper, and each is let finish', async () => {
  const { launcher, folder } = await supervised(300);
  launcher.kill('SIGTERM');
  await once(launcher, 'exit');
  expect(endsIn(folder)).toBe('web keeper ');
});

test('Ctrl-C that comes from the terminal and from npm as well is one wish', async () => {
  const { launcher, folder } = await supervised(300);
  launcher.kill('SIGINT');
  await delay(50);
  launcher.kill('SIGINT');
  await once(launcher, 'exit');
  expect(endsIn(folder)).toBe('web keeper ');
});

test('a second wish, later, means now', async () => {
  const { launcher, folder } = await supervised(3_600_000);
  launcher.kill('SIGINT');
  await delay(1_500);
  launcher.kill('SIGINT');
  await once(launcher, 'exit');
  expect([isAlive(folder, 'web'), isAlive(folder, 'keeper'), endsIn(folder)]).toEqual([false, false, '']);
});
