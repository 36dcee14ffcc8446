import { AppError } from '#server/errors.ts';
import type { Role } from '#server/shared/views.ts';

/** Who asks. */
export type Actor = { userId: string; role: Role; name: string };

/**
 * What the thing is to the one who asks: their own, of a student in a classroom that is theirs, or somebody else's.
 * For things that belong to nobody it is `other`.
 */
export type Relation = 'own' | 'my_classroom' | 'other';

const OWN: readonly Relation[] = ['own'];
const TAUGHT: readonly Relation[] = ['my_classroom'];
const OWN_OR_TAUGHT: readonly Relation[] = ['own', 'my_classroom'];
const ANY: readonly Relation[] = ['own', 'my_classroom', 'other'];
const NONE: readonly Relation[] = [];

/** The one table of who may do what. A teacher who joined a class is the `own`er of that enrollment like a student. */
export const PERMISSIONS = {
  'classroom:create': { student: NONE, teacher: ANY, admin: ANY },
  'classroom:read': { student: NONE, teacher: OWN, admin: ANY },
  'classroom:close': { student: NONE, teacher: OWN, admin: ANY },
  'enrollment:read': { student: OWN, teacher: OWN_OR_TAUGHT, admin: ANY },
  'enrollment:link': { student: OWN, teacher: OWN, admin: OWN },
  'progress:write': { student: OWN, teacher: OWN, admin: OWN },
  'check:run': { student: OWN, teacher: OWN_OR_TAUGHT, admin: OWN_OR_TAUGHT },
  'terminal:attach': { student: OWN, teacher: OWN, admin: OWN },
  'files:use': { student: OWN, teacher: OWN, admin: OWN },
  'terminal:watch': { student: NONE, teacher: TAUGHT, admin: TAUGHT },
  'preview:open': { student: OWN, teacher: OWN_OR_TAUGHT, admin: OWN_OR_TAUGHT },
  'sandbox:start': { student: OWN, teacher: OWN, admin: OWN },
  'sandbox:extend': { student: OWN, teacher: OWN_OR_TAUGHT, admin: ANY },
  'sandbox:reset': { student: OWN, teacher: OWN_OR_TAUGHT, admin: ANY },
  'sandbox:end': { student: NONE, teacher: NONE, admin: ANY },
  'snapshot:manage': { student: OWN, teacher: OWN, admin: OWN },
  'sandbox:copy': { student: NONE, teacher: TAUGHT, admin: ANY },
  'copy:use': { student: NONE, teacher: OWN, admin: OWN },
  'classroom:limits': { student: NONE, teacher: OWN, admin: ANY },
  'classroom:course': { student: NONE, teacher: OWN, admin: ANY },
  'classroom:lessons': { student: NONE, teacher: OWN, admin: ANY },
  'classroom:recording': { student: NONE, teacher: OWN, admin: OWN },
  'recording:confirm': { student: OWN, teacher: OWN, admin: OWN },
  'recording:watch': { student: OWN, teacher: OWN_OR_TAUGHT, admin: OWN_OR_TAUGHT },
  'recording:delete': { student: NONE, teacher: TAUGHT, admin: TAUGHT },
  'limits:set': { student: NONE, teacher: NONE, admin: ANY },
  'pool:set': { student: NONE, teacher: NONE, admin: ANY },
  'course:import': { student: NONE, teacher: NONE, admin: ANY },
  'mirror:write': { student: NONE, teacher: NONE, admin: ANY },
  'image:rebuild': { student: NONE, teacher: NONE, admin: ANY },
  'system:read': { student: NONE, teacher: NONE, admin: ANY },
  'user:create': { student: NONE, teacher: NONE, admin: ANY },
  'user:list': { student: NONE, teacher: NONE, admin: ANY },
} as const satisfies Record<string, Record<Role, readonly Relation[]>>;

export type Action = keyof typeof PERMISSIONS;

export function isPermitted(actor: Actor, action: Action, relation: Relation): boolean {
  const allowed: readonly Relation[] = PERMISSIONS[action][actor.role];
  return allowed.includes(relation);
}

export function requirePermission(actor: Actor, action: Action, relation: Relation): void {
  if (isPermitted(actor, action, relation)) return;
  throw new AppError('not_allowed', `${actor.role} ${actor.userId} may not ${action} (${relation})`);
}

/** An enrollment's relation to the one who asks. */
export function relationToEnrollment(actor: Actor, enrollment: { userId: string; ownerId: string }): Relation {
  if (enrollment.userId === actor.userId) return 'own';
  return enrollment.ownerId === actor.userId ? 'my_classroom' : 'other';
}

export function relationToClassroom(actor: Actor, classroom: { ownerId: string }): Relation {
  return classroom.ownerId === actor.userId ? 'own' : 'other';
}
