import { describe, expect, test } from 'vitest';
import { db, pingDatabase } from '#server/db.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const link = (id: string) => ({ id, purpose: 'test', tokenHash: id, createdAt: new Date(0) });
const add = (id: string) => db().oneTimeLink.create({ data: link(id) });
const ids = async () => (await db().oneTimeLink.findMany({ orderBy: { id: 'asc' } })).map((row) => row.id);

describe.each(DATABASES)('on %s', (kind) => {
  useTestDatabase(kind);

  test('what others write survives the rollback of a transaction that was open meanwhile', async () => {
    let other: Promise<unknown> = Promise.resolve();
    const failing = db().$transaction(async (tx) => {
      await tx.oneTimeLink.create({ data: link('rolled back') });
      other = add('kept').then(() => 'written');
      await tx.oneTimeLink.count();
      throw new Error('roll back');
    });
    await expect(failing).rejects.toThrow('roll back');
    expect(await other).toBe('written');
    expect(await ids()).toEqual(['kept']);
  });

  test('nobody reads what is not committed', async () => {
    const seen: string[][] = [];
    let reading: Promise<unknown> = Promise.resolve();
    const failing = db().$transaction(async (tx) => {
      await tx.oneTimeLink.create({ data: link('uncommitted') });
      reading = ids().then((found) => seen.push(found));
      await tx.oneTimeLink.count();
      throw new Error('roll back');
    });
    await expect(failing).rejects.toThrow('roll back');
    await reading;
    expect(seen).toEqual([[]]);
  });

  test('many transactions at once all take effect', async () => {
    const one = (i: number) =>
      db().$transaction(async (tx) => {
        await tx.oneTimeLink.create({ data: link(`a${i}`) });
        if (i % 3 === 0) throw new Error('roll back');
        await tx.oneTimeLink.create({ data: link(`b${i}`) });
      });
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => one(i)));
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(10);
    expect(await ids()).toHaveLength(40);
  });

  test('a transaction that breaks a constraint leaves the database usable', async () => {
    const failing = db().$transaction(async (tx) => {
      await tx.oneTimeLink.create({ data: link('twice') });
      await tx.oneTimeLink.create({ data: link('twice') });
    });
    await expect(failing).rejects.toMatchObject({ code: 'P2002' });
    await pingDatabase();
    expect(await ids()).toEqual([]);
  });

  test('a row may not point at a user who is not there', async () => {
    const room = { id: 'r', courseId: 'c', title: 't', code: 'X', ownerId: 'nobody', createdAt: new Date(0) };
    await expect(db().classroom.create({ data: room })).rejects.toMatchObject({ code: 'P2003' });
  });
});
