import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newHome } from '../../support/served-product.ts';
import { childrenOf, killNow, processes } from '../chaos/processes.ts';

const SOON = { timeout: 300_000, interval: 50 };
const LIMIT_MS = 600_000;

type Started = { npm: number; launcher: number; web: number; ended: Promise<unknown> };

/** As an admin types it. The pages are built already where the suites run; elsewhere they are built first. */
async function npmStart(): Promise<Started> {
  const home = newHome();
  const place = { CHAPTERHOUSE_HOME: home, CHAPTERHOUSE_HOST: '127.0.0.1', CHAPTERHOUSE_PORT: '0' };
  const env = { ...process.env, ...place, CHAPTERHOUSE_DRIVER: 'bubblewrap' };
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const ended = once(child, 'exit');
  const npm = child.pid ?? 0;
  const below = (line: string) =>
    descendantsOf(npm).find((pid) => processes((it) => it.includes(line)).some((one) => one.pid === pid)) ?? 0;
  await vi.waitFor(() => expect(output).toContain('Chapterhouse is at '), SOON);
  const started = { npm, launcher: below('server/start.mjs'), web: below('server/index.ts'), ended };
  onTestFinished(async () => {
    await killNow([npm, started.launcher, started.web]);
    rmSync(home, { recursive: true, force: true });
  });
  return started;
}

const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [...descendantsOf(child), child]);

const lives = (wanted: number) => processes(() => true).some(({ pid }) => pid === wanted);

test.each([
  { what: 'SIGTERM to npm', signal: 'SIGTERM', to: 'npm' },
  { what: 'SIGINT to npm', signal: 'SIGINT', to: 'npm' },
  { what: 'SIGTERM to the launcher', signal: 'SIGTERM', to: 'launcher' },
  { what: 'a kill -9 of npm', signal: 'SIGKILL', to: 'npm' },
  { what: 'a kill -9 of the launcher', signal: 'SIGKILL', to: 'launcher' },
] as const)('$what ends all that npm start has started', { timeout: LIMIT_MS }, async ({ signal, to }) => {
  const started = await npmStart();
  expect([started.launcher, started.web].every(lives)).toBe(true);
  process.kill(started[to], signal);
  await started.ended;
  await vi.waitFor(() => expect([started.launcher, started.web].filter(lives)).toEqual([]), SOON);
});
