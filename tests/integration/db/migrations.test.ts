import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { db } from '#server/db.ts';
import { migrate, migrationAdapter } from '../../../prisma/migrate.ts';
import { modelsText, schemaFor, withSchemaEngine } from '../../../prisma/schema-engine.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const filters = { externalTables: [], externalEnums: [] };
const ROOT = join(import.meta.dirname, '../../..');

/** A whole process that only migrates: what two servers started at once do. */
async function migrateInProcess(url: string): Promise<string> {
  const code = `import { migrate } from './prisma/migrate.ts'; console.log(JSON.stringify(await migrate({ url: '${url}' })));`;
  const node = join(ROOT, 'node_modules/.bin/node');
  const { stdout } = await promisify(execFile)(node, ['--input-type=module', '-e', code], { cwd: ROOT });
  return stdout.trim();
}

/** Everything PostgreSQL knows about our tables, one line each. */
async function catalogue(): Promise<string[]> {
  const rows = await db().$queryRawUnsafe<{ line: string }[]>(`
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations'
    ORDER BY 1`);
  return rows.map((row) => row.line);
}

describe('on sqlite', () => {
  const database = useTestDatabase('sqlite');

  test('the migrations make exactly the tables of the models', async () => {
    const schema = schemaFor('sqlite', modelsText());
    const difference = await withSchemaEngine('sqlite', migrationAdapter(database.url()), (engine) =>
      engine.diff({
        from: { tag: 'schemaDatasource', configDir: '/', ...schema },
        to: { tag: 'schemaDatamodel', ...schema },
        script: true,
        exitCode: null,
        filters,
      }),
    );
    expect(difference.stdout).toContain('This is an empty migration.');
  });
});

describe('on postgresql', () => {
  const database = useTestDatabase('postgresql');

  // The engine cannot read a PostgreSQL database that has tables through this driver: the two are compared by us.
  test('the migrations make exactly the tables of the models', async () => {
    const migrated = await catalogue();
    const schema = schemaFor('postgresql', modelsText());
    const { stdout } = await withSchemaEngine('postgresql', migrationAdapter(database.url()), (engine) =>
      engine.diff({
        from: { tag: 'empty' },
        to: { tag: 'schemaDatamodel', ...schema },
        script: true,
        exitCode: null,
        filters,
      }),
    );
    await db().$executeRawUnsafe('DROP SCHEMA public CASCADE');
    for (const statement of (stdout ?? '').split(/;\s*$/m)) {
      if (statement.trim()) await db().$executeRawUnsafe(statement);
    }
    expect(migrated.length).toBeGreaterThan(50);
    expect(migrated).toEqual(await catalogue());
  });
});

describe.each(DATABASES)('on %s', (kind) => {
  const database = useTestDatabase(kind);

  test('migrating again while the database is open changes nothing', async () => {
    expect(await migrate({ url: database.url() })).toEqual({ applied: [] });
    expect(await db().oneTimeLink.count()).toBe(0);
  });

  test('two processes that migrate an empty database at once leave it migrated', async () => {
    const url = kind === 'sqlite' ? `${database.url()}.empty` : database.url();
    if (kind === 'postgresql') {
      await db().$executeRawUnsafe('DROP SCHEMA public CASCADE');
      await db().$executeRawUnsafe('CREATE SCHEMA public');
    }
    const outputs = await Promise.all([migrateInProcess(url), migrateInProcess(url)]);
    expect(outputs.sort()).toEqual([expect.stringContaining('_init'), '{"applied":[]}']);
  });
});

test('a setting that names no known database is refused', async () => {
  await expect(migrate({ url: 'mysql://localhost/x' })).rejects.toThrow('file: or postgresql://');
});
