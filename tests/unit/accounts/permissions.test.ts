import { describe, expect, test } from 'vitest';
import {
  type Action,
  type Actor,
  isPermitted,
  PERMISSIONS,
  type Relation,
  relationToClassroom,
  relationToEnrollment,
  requirePermission,
} from '#server/accounts/permissions.ts';
import { errorCode } from '#server/errors.ts';
import type { Role } from '#server/shared/views.ts';

const ROLES: Role[] = ['student', 'teacher', 'admin'];
const RELATIONS: Relation[] = ['own', 'my_classroom', 'other'];
const actor = (role: Role): Actor => ({ userId: 'u', role, name: 'U' });

/** Written out by hand beside the table: o own, m my_classroom, x other; one group for student, teacher, admin. */
const EXPECTED: Record<Action, string> = {
  'classroom:create': '- omx omx',
  'classroom:read': '- o omx',
  'classroom:close': '- o omx',
  'enrollment:read': 'o om omx',
  'enrollment:link': 'o o o',
  'progress:write': 'o o o',
  'check:run': 'o om om',
  'terminal:attach': 'o o o',
  'files:use': 'o o o',
  'terminal:watch': '- m m',
  'preview:open': 'o om om',
  'sandbox:start': 'o o o',
  'sandbox:extend': 'o om omx',
  'sandbox:reset': 'o om omx',
  'sandbox:end': '- - omx',
  'snapshot:manage': 'o o o',
  'sandbox:copy': '- m omx',
  'copy:use': '- o o',
  'classroom:limits': '- o omx',
  'classroom:course': '- o omx',
  'classroom:lessons': '- o omx',
  'classroom:recording': '- o o',
  'recording:confirm': 'o o o',
  'recording:watch': 'o om om',
  'recording:delete': '- m m',
  'limits:set': '- - omx',
  'pool:set': '- - omx',
  'course:import': '- - omx',
  'mirror:write': '- - omx',
  'image:rebuild': '- - omx',
  'system:read': '- - omx',
  'user:create': '- - omx',
  'user:list': '- - omx',
};
const LETTER: Record<Relation, string> = { own: 'o', my_classroom: 'm', other: 'x' };

describe('the permission table', () => {
  const cases = Object.entries(EXPECTED).flatMap(([action, groups]) =>
    ROLES.flatMap((role, index) =>
      RELATIONS.map((relation) => {
        const expected = groups.split(' ')[index]?.includes(LETTER[relation]) ?? false;
        return { action: action as Action, role, relation, expected };
      }),
    ),
  );

  test('is written out here in full', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(PERMISSIONS).sort());
    expect(cases).toHaveLength(Object.keys(PERMISSIONS).length * 9);
  });

  test.each(cases)('$role, $action, $relation: $expected', ({ action, role, relation, expected }) => {
    expect(isPermitted(actor(role), action, relation)).toBe(expected);
  });
});

test('what is not permitted is refused with not_allowed', () => {
  const refused = () => requirePermission(actor('student'), 'terminal:attach', 'other');
  expect(refused).toThrow(expect.objectContaining({ code: 'not_allowed' }));
  expect(errorCode(new Error('x'))).toBe('internal');
});

test('an enrollment is own before it is of my classroom', () => {
  const teacher = actor('teacher');
  expect(relationToEnrollment(teacher, { userId: 'u', ownerId: 'u' })).toBe('own');
  expect(relationToEnrollment(teacher, { userId: 's', ownerId: 'u' })).toBe('my_classroom');
  expect(relationToEnrollment(teacher, { userId: 's', ownerId: 't' })).toBe('other');
  expect(relationToClassroom(teacher, { ownerId: 't' })).toBe('other');
  expect(relationToClassroom(teacher, { ownerId: 'u' })).toBe('own');
});
