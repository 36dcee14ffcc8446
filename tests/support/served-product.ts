import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type ServedProduct = {
  url: string;
  /** The one-time admin link; null when an admin exists. */
  setupLink: string | null;
  home: string;
  pid: number;
  output(): string;
  /** Ends the server process; the home stays for a restart. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the server and removes the home. */
  dispose(): Promise<void>;
};

/** Starts the built product as `npm start` does, in a home of its own, and waits until it says where it is. */
export async function serveProduct(
  options: { home?: string; env?: Record<string, string> } = {},
): Promise<ServedProduct> {
  const home = options.home ?? newHome();
  const child = spawn(path.join(ROOT, 'node_modules/.bin/node'), ['server/index.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      CHAPTERHOUSE_HOME: home,
      CHAPTERHOUSE_HOST: '127.0.0.1',
      CHAPTERHOUSE_PORT: '0',
      ...options.env,
    },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const url = await line(child, () => output, /Chapterhouse is at (\S+)/);
  return {
    url,
    setupLink: /admin: (\S+)/.exec(output)?.[1] ?? null,
    home,
    pid: child.pid ?? 0,
    output: () => output,
    stop: (signal = 'SIGTERM') => ended(child, signal),
    async dispose() {
      await ended(child, 'SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Sandboxes run as other users than the server: they must be able to reach what is theirs in the home. */
export function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'chapterhouse-e2e-'));
  chmodSync(home, 0o755);
  return home;
}

/** Resolves with the first group once the output matches; rejects when the process ends before. */
function line(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = pattern.exec(output())?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', look);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code} before it listened:\n${output()}`)));
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
