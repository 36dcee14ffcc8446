import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type PostgresServer = {
  /** A new database, copied from another one if that is named. */
  create(name: string, template?: string): string;
  drop(name: string): void;
  url(name: string): string;
  stop(): Promise<void>;
};

const START_LIMIT_MS = 30_000;

/** A throw-away PostgreSQL on a Unix socket of its own. It refuses to run as root, so root lends it to `postgres`. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = newestBinaries();
  const owner = process.getuid?.() === 0 ? postgresUser() : null;
  const dir = mkdtempSync(join(tmpdir(), 'chapterhouse-pg-'));
  if (owner) chownSync(dir, owner.uid, owner.gid);
  // The product's web process is a user of its own, and must get to the socket.
  chmodSync(dir, 0o755);
  const data = join(dir, 'data');
  const as = { ...(owner ?? {}), cwd: dir };
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), initdb, { ...as, stdio: 'pipe' });
  const settings = ['listen_addresses=', 'fsync=off', 'max_connections=60', 'shared_buffers=32MB'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', dir, ...flags], { ...as, stdio: 'ignore' });
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await ready(() => execFileSync(join(bin, 'pg_isready'), ['-q', '-h', dir], { stdio: 'ignore' }));
  const run = (tool: string, ...args: string[]) =>
    execFileSync(join(bin, tool), ['-h', dir, '-U', 'postgres', ...args], { stdio: 'pipe' });
  const url = (name: string) => `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(dir)}`;
  return {
    url,
    create(name, template) {
      run('createdb', ...(template ? ['-T', template] : []), name);
      return url(name);
    },
    drop: (name) => void run('dropdb', '--force', name),
    async stop() {
      process.off('exit', kill);
      server.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function newestBinaries(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (!found) throw new Error('These tests need PostgreSQL: apt-get install postgresql');
  return found;
}

function postgresUser(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid) throw new Error('PostgreSQL does not run as root, and there is no user postgres to run it as.');
  return { uid: Number(uid), gid: Number(gid) };
}

async function ready(probe: () => void): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      probe();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error('PostgreSQL did not start.', { cause: error });
    }
    await sleep(50);
  }
}
