import { newestAuditEntries } from './audit-store.ts';

export type AuditEntryView = { at: string; actorName: string; action: string; target: string; detail: string };

/** Newest first. The caller has asked for the permission `system:read`: audit lies below accounts. */
export async function listAudit({ limit }: { limit: number }): Promise<AuditEntryView[]> {
  const entries = await newestAuditEntries(Math.min(limit, 1000));
  return entries.map((entry) => ({
    at: entry.at.toISOString(),
    actorName: entry.actorName,
    action: entry.action,
    target: `${entry.targetType} ${entry.targetId}`,
    detail: entry.detail,
  }));
}
