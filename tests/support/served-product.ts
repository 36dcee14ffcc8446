import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { planLaunch } from '../../server/launch/plan-launch.mjs';
import { endProcess, keeperReady, startKeeper, startProcess } from '../../server/launch/start-process.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type ServedProduct = {
  url: string;
  /** The one-time admin link; null when an admin exists. */
  setupLink: string | null;
  home: string;
  /** The web process, which is not root. */
  pid: number;
  /** The process that is; null where there is no engine to keep. */
  keeperPid: number | null;
  output(): string;
  /** Ends the web process and then the keeper; the home stays for a restart. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends both and removes the home. */
  dispose(): Promise<void>;
};

/** Starts the built product as `npm start` does, in a home of its own, and waits until it says where it is. */
export async function serveProduct(
  options: { home?: string; env?: Record<string, string> } = {},
): Promise<ServedProduct> {
  const home = options.home ?? newHome();
  const env = {
    ...process.env,
    CHAPTERHOUSE_HOME: home,
    CHAPTERHOUSE_HOST: '127.0.0.1',
    CHAPTERHOUSE_PORT: '0',
    ...options.env,
  };
  let output = '';
  const keep = (text: string | Buffer) => {
    output += text.toString();
  };
  const launch = await planLaunch({ root: ROOT, env, development: false, say: keep });
  const keeper = launch.keeper && heard(startKeeper(launch.keeper, 'pipe'), keep);
  if (keeper && launch.keeper) await keeperReady(keeper, launch.keeper);
  const web = heard(startProcess(launch.web, 'pipe'), keep);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    await endProcess(web, signal);
    if (keeper) await endProcess(keeper, signal);
    if (launch.keeper) rmSync(launch.keeper.folder, { recursive: true, force: true });
  };
  const url = await line(web, () => output, /Chapterhouse is at (\S+)/).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    setupLink: /admin: (\S+)/.exec(output)?.[1] ?? null,
    home,
    pid: web.pid ?? 0,
    keeperPid: keeper?.pid ?? null,
    output: () => output,
    stop,
    async dispose() {
      await stop();
      endShells(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Held shells without an engine outlive the server, as they should; with its home gone nobody could find them again. */
function endShells(home: string): void {
  const places = new RegExp(`^([^\\0]*/[.]hold|bwrap)\\0[^]*${home}/`);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (places.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** It ended while we looked at it. */
const isGone = (error: unknown) => error instanceof Error && 'code' in error && /ENOENT|ESRCH/.test(String(error.code));

/** Where the web process keeps its database. */
export const databaseOf = (home: string) => `file:${path.join(home, 'web/chapterhouse.db')}`;

/** Sandboxes run as other users than the server: they must be able to reach what is theirs in the home. */
export function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), 'chapterhouse-e2e-'));
  chmodSync(home, 0o755);
  return home;
}

function heard(child: ChildProcess, keep: (chunk: Buffer) => void): ChildProcess {
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return child;
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
