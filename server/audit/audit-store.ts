import { randomUUID } from 'node:crypto';
import { db } from '#server/db.ts';

export type AuditFact = {
  actorId: string | null;
  actorName: string;
  action: string;
  targetType: string;
  targetId: string;
  detail: string;
  at: Date;
};

export async function addAuditEntry(fact: AuditFact): Promise<void> {
  await db().auditEntry.create({ data: { id: randomUUID(), ...fact } });
}

export async function newestAuditEntries(limit: number) {
  return await db().auditEntry.findMany({ orderBy: [{ at: 'desc' }, { id: 'desc' }], take: limit });
}
