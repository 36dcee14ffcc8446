/** Brings a database up to the models. Safe to run at every start, and by two processes at once. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { PRISMA_DIR, type Provider, withSchemaEngine } from './schema-engine.ts';

/** `file:/path` is SQLite, `postgresql://…` is PostgreSQL. */
export function providerOf(url: string): Provider {
  if (url.startsWith('file:')) return 'sqlite';
  if (/^postgres(ql)?:\/\//.test(url)) return 'postgresql';
  throw new Error('The database setting must begin with file: or postgresql://');
}

/** Applies what is missing and names it. */
export async function migrate({ url }: { url: string }): Promise<{ applied: string[] }> {
  const provider = providerOf(url);
  if (provider === 'sqlite') mkdirSync(dirname(url.slice('file:'.length)), { recursive: true });
  const migrationsList = readMigrations(provider);
  const names = migrationsList.migrationDirectories.map((directory) => directory.path);
  // The engine wants an SQLite file for itself alone: it is not asked when there is nothing to do.
  const done = await appliedMigrations(url);
  if (names.every((name) => done.has(name))) return { applied: [] };
  return { applied: await apply(url, migrationsList) };
}

async function apply(url: string, migrationsList: MigrationList): Promise<string[]> {
  const filters = { externalTables: [], externalEnums: [] };
  try {
    const output = await withSchemaEngine(providerOf(url), migrationAdapter(url), (engine) =>
      engine.applyMigrations({ migrationsList, filters }),
    );
    return output.appliedMigrationNames;
  } catch (error) {
    // What the engine makes of SQLite's "database is locked".
    if (!(error instanceof Error && error.message.includes('SocketTimeout'))) throw error;
    throw new Error('Another process has the database open. Stop it, then start again.', { cause: error });
  }
}

/** The names of the migrations that the database has; none when it is empty. */
async function appliedMigrations(url: string): Promise<Set<unknown>> {
  const connection = await migrationAdapter(url).connect();
  const sql = 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL';
  try {
    const { rows } = await connection.queryRaw({ sql, args: [], argTypes: [] });
    return new Set(rows.map((row) => row[0]));
  } catch {
    // There is no such table in an empty database; every other trouble the engine meets too, and names it better.
    return new Set();
  } finally {
    await connection.dispose();
  }
}

export function migrationAdapter(url: string): SqlMigrationAwareDriverAdapterFactory {
  return providerOf(url) === 'sqlite' ? new PrismaBetterSqlite3({ url }) : new PrismaPg({ connectionString: url });
}

function readMigrations(provider: Provider): MigrationList {
  const baseDir = join(PRISMA_DIR, provider, 'migrations');
  const names = existsSync(baseDir)
    ? readdirSync(baseDir)
        .filter((name) => /^\d{14}_/.test(name))
        .sort()
    : [];
  const lockfile = join(baseDir, 'migration_lock.toml');
  return {
    baseDir,
    shadowDbInitScript: '',
    lockfile: {
      path: 'migration_lock.toml',
      content: existsSync(lockfile) ? readFileSync(lockfile, 'utf8') : null,
    },
    migrationDirectories: names.map((name) => readMigration(baseDir, name)),
  };
}

function readMigration(baseDir: string, name: string): MigrationDirectory {
  const value = readFileSync(join(baseDir, name, 'migration.sql'), 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
}
