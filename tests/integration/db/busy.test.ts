import { describe, expect, test } from 'vitest';
import { connect } from '#server/db/connect.ts';
import { db, openDatabase } from '#server/db.ts';
import { errorCode } from '#server/errors.ts';
import { holdSqlite } from '../../support/hold-sqlite.ts';
import { useTestDatabase } from '../../support/test-database.ts';

const add = (id: string) =>
  db().oneTimeLink.create({ data: { id, purpose: 'test', tokenHash: id, createdAt: new Date(0) } });
const codeOf = (job: Promise<unknown>) => job.then(() => 'done', errorCode);

describe('an SQLite file that another program holds', () => {
  const database = useTestDatabase('sqlite');
  test('is database_busy after a while, the process goes on meanwhile, and so does the database after', async () => {
    const other = await holdSqlite(database.url());
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 50);
    expect(await codeOf(add('a'))).toBe('database_busy');
    clearInterval(heart);
    // Five seconds of waiting inside SQLite would leave hardly any.
    expect(beats).toBeGreaterThan(20);
    expect(await codeOf(db().$transaction((tx) => tx.oneTimeLink.count()))).toBe('database_busy');
    expect(await db().oneTimeLink.count()).toBe(0);
    await other.release();
    expect(await codeOf(add('a'))).toBe('done');
  });

  test('is waited for when it is held for a moment', async () => {
    const other = await holdSqlite(database.url());
    const adding = codeOf(add('a'));
    await new Promise((resolve) => setImmediate(resolve));
    await other.release();
    expect(await adding).toBe('done');
  });

  test('is opened so that acknowledged rows are on disk', async () => {
    const pragma = async (name: string) =>
      Object.values((await db().$queryRawUnsafe<object[]>(`PRAGMA ${name}`))[0] ?? {});
    expect(await pragma('journal_mode')).toEqual(['wal']);
    expect((await pragma('synchronous')).map(Number)).toEqual([2]);
    expect((await pragma('foreign_keys')).map(Number)).toEqual([1]);
  });
});

describe('a PostgreSQL table that another client holds', () => {
  const database = useTestDatabase('postgresql');

  test('is database_busy after a while, and usable after', async () => {
    const other = await connect(database.url());
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
    const holding = other.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('LOCK TABLE "OneTimeLink" IN ACCESS EXCLUSIVE MODE');
      isLocked();
      await held;
    });
    await locked;
    expect(await codeOf(add('a'))).toBe('database_busy');
    release();
    await holding;
    expect(await codeOf(add('a'))).toBe('done');
    await other.$disconnect();
  });
});

test('a database that cannot be reached fails the opening', async () => {
  await expect(openDatabase({ url: 'postgresql://x@127.0.0.1:1/none' })).rejects.toThrow();
});
