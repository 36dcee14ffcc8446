/**
 * `npm run migration -- <name>`: writes the next migration for both databases from the change of the models.
 * It compares prisma/models with prisma/models.snapshot (the models as of the newest migration), so it needs no
 * database; a test applies all migrations to both databases and compares the result with the models.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { modelsText, PRISMA_DIR, PROVIDERS, type Provider, schemaFor, withSchemaEngine } from './schema-engine.ts';

const snapshotFile = join(PRISMA_DIR, 'models.snapshot');

async function difference(provider: Provider, before: string | null, after: string): Promise<string> {
  const factory = absentDatabase(provider);
  const result = await withSchemaEngine(provider, factory, (engine) =>
    engine.diff({
      from: before === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', ...schemaFor(provider, before) },
      to: { tag: 'schemaDatamodel', ...schemaFor(provider, after) },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  return result.stdout ?? '';
}

/** Comparing two texts needs no database: the engine only asks once which version it speaks to. */
function absentDatabase(provider: Provider): SqlMigrationAwareDriverAdapterFactory {
  const kind = { provider: provider === 'sqlite' ? 'sqlite' : 'postgres', adapterName: 'absent' } as const;
  const connection: SqlDriverAdapter = {
    ...kind,
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 15.0', 150000]],
    }),
    executeRaw: async () => 0,
    executeScript: async () => undefined,
    startTransaction: async () => {
      throw new Error('There is no database to change.');
    },
    dispose: async () => undefined,
  };
  return { ...kind, connect: async () => connection, connectToShadowDb: async () => connection };
}

function write(provider: Provider, folder: string, sql: string): void {
  const dir = join(PRISMA_DIR, provider, 'migrations');
  mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, folder, 'migration.sql'), sql);
  writeFileSync(join(dir, 'migration_lock.toml'), `provider = "${provider}"\n`);
}

async function main(name: string | undefined): Promise<void> {
  if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error(
      'Give the migration a name of small letters, digits and underscores: npm run migration -- add_hands',
    );
  }
  const before = existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : null;
  const after = modelsText();
  if (before === after) throw new Error('The models have not changed since the newest migration.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  for (const provider of PROVIDERS) write(provider, `${stamp}_${name}`, await difference(provider, before, after));
  writeFileSync(snapshotFile, after);
  console.log(`Wrote ${stamp}_${name} for ${PROVIDERS.join(' and ')}. Read the SQL before you commit it.`);
}

try {
  await main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
