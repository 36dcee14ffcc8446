import { db } from '#server/db.ts';

/** What an admin set on the page, as it was stored; null where the environment decides. */
export async function readSetting(key: string): Promise<unknown> {
  const row = await db().setting.findUnique({ where: { key } });
  return row === null ? null : JSON.parse(row.value);
}

/** Null takes it back. */
export async function writeSetting(key: string, value: object | null, at: Date): Promise<void> {
  if (value === null) {
    await db().setting.deleteMany({ where: { key } });
    return;
  }
  const stored = { value: JSON.stringify(value), updatedAt: at };
  await db().setting.upsert({ where: { key }, create: { key, ...stored }, update: stored });
}
