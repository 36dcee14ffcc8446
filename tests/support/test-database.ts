import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { closeDatabase, openDatabase } from '#server/db.ts';
import { migrate } from '../../prisma/migrate.ts';
import { startPostgres } from './postgres-server.ts';

export type DatabaseKind = 'sqlite' | 'postgresql';
/** `describe.each(DATABASES)('on %s', (kind) => { const database = useTestDatabase(kind); … })` */
export const DATABASES: readonly DatabaseKind[] = ['sqlite', 'postgresql'];

type Source = { fresh(name: string): Promise<string>; drop(name: string): Promise<void>; stop(): Promise<void> };

/** Gives each test an open database of its own, copied from a migrated one. `url()` is its address. */
export function useTestDatabase(kind: DatabaseKind): { url(): string } {
  let source: Source;
  let url = '';
  let count = 0;
  beforeAll(async () => {
    source = await (kind === 'sqlite' ? sqliteSource() : postgresSource());
  });
  beforeEach(async () => {
    count += 1;
    url = await source.fresh(`test_${count}`);
    await openDatabase({ url });
  });
  afterEach(async () => {
    await closeDatabase();
    await source.drop(`test_${count}`);
  });
  afterAll(async () => {
    await source.stop();
  });
  return { url: () => url };
}

async function sqliteSource(): Promise<Source> {
  const dir = mkdtempSync(join(tmpdir(), 'chapterhouse-db-'));
  const file = (name: string) => join(dir, `${name}.db`);
  await migrate({ url: `file:${file('template')}` });
  return {
    async fresh(name) {
      copyFileSync(file('template'), file(name));
      return `file:${file(name)}`;
    },
    async drop(name) {
      for (const ending of ['', '-wal', '-shm']) rmSync(`${file(name)}${ending}`, { force: true });
    },
    stop: async () => rmSync(dir, { recursive: true, force: true }),
  };
}

async function postgresSource(): Promise<Source> {
  const server = await startPostgres();
  await migrate({ url: server.create('template') });
  return {
    fresh: async (name) => server.create(name, 'template'),
    drop: async (name) => server.drop(name),
    stop: () => server.stop(),
  };
}
