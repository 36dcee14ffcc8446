import { addAuditEntry } from './audit-store.ts';

/** `actor` is null for what the server does by itself. `detail` is shown to the admin: no tokens, no passwords. */
export type AuditRecord = {
  actor: { userId: string; name: string } | null;
  action: string;
  targetType: string;
  targetId: string;
  detail?: string;
};

/** Keeps who did what to whom. */
export async function recordAudit({ actor, action, targetType, targetId, detail = '' }: AuditRecord): Promise<void> {
  await addAuditEntry({
    actorId: actor?.userId ?? null,
    actorName: actor?.name ?? 'system',
    action,
    targetType,
    targetId,
    detail: detail.slice(0, 1000),
    at: new Date(),
  });
}
