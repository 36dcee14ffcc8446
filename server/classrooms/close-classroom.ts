import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { setClosed, setReopened } from './classroom-store.ts';
import { requireClassroom } from './require-classroom.ts';

type OneClassroom = { actor: Actor; classroomId: string };

/** Nobody joins or works any more; what was done stays readable. Closing twice is closing once. */
export async function closeClassroom({ actor, classroomId }: OneClassroom): Promise<void> {
  await requireClassroom({ actor, classroomId, action: 'classroom:close' });
  if (!(await setClosed(classroomId, new Date()))) return;
  await recordAudit({ actor, action: 'classroom.closed', targetType: 'classroom', targetId: classroomId });
}

/** Takes a closing back: same code, same students. */
export async function reopenClassroom({ actor, classroomId }: OneClassroom): Promise<void> {
  await requireClassroom({ actor, classroomId, action: 'classroom:close' });
  if (!(await setReopened(classroomId))) return;
  await recordAudit({ actor, action: 'classroom.reopened', targetType: 'classroom', targetId: classroomId });
}
