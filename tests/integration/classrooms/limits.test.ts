import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { listAudit } from '#server/audit/list-audit.ts';
import { classLimits, setClassLimits } from '#server/classrooms/class-limits.ts';
import { findClassLimits } from '#server/classrooms/class-limits-store.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import { db } from '#server/db.ts';
import { openMachineLimits } from '#server/sandboxes/machine-limits.ts';
import type { LimitAmounts, SandboxLimits } from '#server/shared/sandbox-policy.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const coded = (code: string) => expect.objectContaining({ code });
const defaults: LimitAmounts = {
  memoryMiB: 1024,
  cpus: 1,
  pids: 1024,
  diskMiB: 4096,
  idleMinutes: 60,
  lifetimeMinutes: 240,
};
const ceilings = { ...defaults, memoryMiB: 4096, lifetimeMinutes: 720 };
const machine = { defaults, ceilings };

describe.each(DATABASES)('limits on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  let tess: Actor;
  let root: Actor;
  let classroomId: string;
  let code: string;
  beforeEach(async () => {
    tess = await addStaff('Tess', 'teacher');
    root = await addStaff('Root', 'admin');
    const room = await createClassroom({ actor: tess, courseId: 'small', title: 'Monday', library: library() });
    ({ classroomId, code } = room);
  });
  const request = (actor: Actor) => ({ actor, classroomId, library: library(), machine });
  const set = (actor: Actor, limits: SandboxLimits) => setClassLimits({ ...request(actor), limits });

  test('a teacher sets them for their class, and every student of it gets them', async () => {
    const { enrollmentId } = await joinClassroom({ actor: null, code, name: 'Ada', address: 'test' });
    expect(await findClassLimits(enrollmentId)).toBeNull();
    await set(tess, { memoryMiB: 2048, idleMinutes: 20 });
    expect(await findClassLimits(enrollmentId)).toEqual({ memoryMiB: 2048, idleMinutes: 20 });
    const view = await classLimits(request(tess));
    expect(view).toEqual({ own: { memoryMiB: 2048, idleMinutes: 20 }, inherited: defaults, ceilings });
    const [entry] = await listAudit({ limit: 1 });
    expect(entry).toMatchObject({ actorName: 'Tess', action: 'classroom.limits', target: `classroom ${classroomId}` });
    expect(entry?.detail).toBe('memoryMiB - > 2048, idleMinutes - > 20');
  });

  test('nothing said is the course’s say again', async () => {
    await set(tess, { cpus: 0.5 });
    await set(tess, {});
    expect((await db().classroom.findFirst())?.limits).toBeNull();
    expect((await classLimits(request(tess))).own).toEqual({});
  });

  test('beyond the machine’s ceiling is refused, and nothing changes', async () => {
    await set(tess, { memoryMiB: 4096 });
    await expect(set(tess, { memoryMiB: 4097 })).rejects.toEqual(coded('limit_out_of_range'));
    expect((await classLimits(request(tess))).own).toEqual({ memoryMiB: 4096 });
  });

  test('another teacher and a student may neither see nor set them, an admin may', async () => {
    const tom = await addStaff('Tom', 'teacher');
    for (const actor of [tom, { ...tess, role: 'student' } as const]) {
      await expect(set(actor, { pids: 128 })).rejects.toEqual(coded('not_allowed'));
      await expect(classLimits(request(actor))).rejects.toEqual(coded('not_allowed'));
    }
    await set(root, { pids: 128 });
    expect((await classLimits(request(root))).own).toEqual({ pids: 128 });
  });

  test('the admin’s own hold at once and after a restart, until they are taken back', async () => {
    const clock = new ManualClock();
    const settings = await openMachineLimits({ environment: machine, clock });
    expect([settings.current(), settings.isSet()]).toEqual([machine, false]);
    const wanted = { defaults: { ...defaults, memoryMiB: 512 }, ceilings };
    await settings.change(wanted);
    const after = await openMachineLimits({ environment: machine, clock });
    for (const one of [settings, after]) expect([one.current(), one.isSet()]).toEqual([wanted, true]);
    await after.change(null);
    expect((await openMachineLimits({ environment: machine, clock })).current()).toEqual(machine);
  });

  test('a default above its ceiling is refused; what cannot be read is left to the environment', async () => {
    const clock = new ManualClock();
    const settings = await openMachineLimits({ environment: machine, clock });
    const senseless = { defaults, ceilings: { ...ceilings, pids: 100 } };
    await expect(settings.change(senseless)).rejects.toEqual(coded('limit_out_of_range'));
    expect(settings.current()).toEqual(machine);
    await db().setting.create({ data: { key: 'sandbox.limits', value: '{"defaults":{}}', updatedAt: clock.now() } });
    expect((await openMachineLimits({ environment: machine, clock })).current()).toEqual(machine);
  });
});
