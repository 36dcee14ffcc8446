/** Writes rows for ever and says each one's number after the database has acknowledged it. Killed by its test. */
import { db, openDatabase } from '#server/db.ts';

const [url = ''] = process.argv.slice(2);
await openDatabase({ url });
for (let i = 0; ; i += 1) {
  const id = String(i);
  if (i % 2 === 0)
    await db().oneTimeLink.create({ data: { id, purpose: 'kill', tokenHash: id, createdAt: new Date() } });
  else {
    await db().$transaction(async (tx) => {
      await tx.oneTimeLink.create({ data: { id, purpose: 'kill', tokenHash: id, createdAt: new Date() } });
      await tx.oneTimeLink.update({ where: { id }, data: { usedById: id } });
    });
  }
  process.stdout.write(`${i}\n`);
}
