import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { listAudit } from '#server/audit/list-audit.ts';
import { storeClassLimits } from '#server/classrooms/class-limits-store.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import { addLesson, listLessons, removeLesson } from '#server/classrooms/lessons.ts';
import { poolPlan } from '#server/compose-pool.ts';
import { db } from '#server/db.ts';
import { openMachineLimits } from '#server/sandboxes/machine-limits.ts';
import { openPoolTargets } from '#server/sandboxes/pool/pool-targets.ts';
import type { LimitAmounts } from '#server/shared/sandbox-policy.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const MINUTE = 60_000;
const coded = (code: string) => expect.objectContaining({ code });
const amounts: LimitAmounts = {
  memoryMiB: 1024,
  cpus: 1,
  pids: 1024,
  diskMiB: 4096,
  idleMinutes: 60,
  lifetimeMinutes: 240,
};

describe.each(DATABASES)('lessons on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  let tess: Actor;
  let root: Actor;
  let clock: ManualClock;
  let room: { classroomId: string; code: string };
  beforeEach(async () => {
    clock = new ManualClock();
    tess = await addStaff('Tess', 'teacher');
    root = await addStaff('Root', 'admin');
    room = await createClassroom({ actor: tess, courseId: 'small', title: 'Monday', library: library() });
  });

  const inMinutes = (minutes: number) => new Date(clock.now().getTime() + minutes * MINUTE);
  const request = (actor: Actor) => ({ actor, classroomId: room.classroomId, now: clock.now() });
  const add = (from: number, to: number, { actor = tess, seats = 10 } = {}) =>
    addLesson({ ...request(actor), startsAt: inMinutes(from), endsAt: inMinutes(to), seats });

  async function plan() {
    const limits = await openMachineLimits({ environment: { defaults: amounts, ceilings: amounts }, clock });
    const targets = await openPoolTargets(clock);
    const courses = library();
    const [course] = await poolPlan({ clock, courses, limits, targets, creationMs: () => 10_000 });
    return course;
  }

  test('a teacher plans and takes away lessons of their class, and both are on record', async () => {
    const later = await add(200, 260);
    const soon = await add(60, 120);
    expect((await listLessons(request(tess))).map(({ lessonId }) => lessonId)).toEqual([soon.lessonId, later.lessonId]);
    await removeLesson({ actor: tess, classroomId: room.classroomId, lessonId: soon.lessonId });
    expect(await listLessons(request(root))).toEqual([later]);
    const actions = (await listAudit({ limit: 2 })).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(['classroom.lesson_add', 'classroom.lesson_remove']);
  });

  test('what is over is not listed any more', async () => {
    await add(1, 60);
    clock.advance(60 * MINUTE);
    expect(await listLessons(request(tess))).toEqual([]);
  });

  test('times and seats that make no lesson are refused', async () => {
    const refused = coded('lesson_impossible');
    await expect(add(60, 60)).rejects.toEqual(refused);
    await expect(add(-60, -1)).rejects.toEqual(refused);
    await expect(add(0, 25 * 60)).rejects.toEqual(refused);
    await expect(add(10, 20, { seats: 0 })).rejects.toEqual(refused);
    await expect(add(10, 20, { seats: 501 })).rejects.toEqual(refused);
    expect(await db().lesson.count()).toBe(0);
  });

  test('another teacher may neither see, plan nor remove them', async () => {
    const tom = await addStaff('Tom', 'teacher');
    const { lessonId } = await add(60, 120);
    const { classroomId } = room;
    await expect(listLessons(request(tom))).rejects.toEqual(coded('not_allowed'));
    await expect(add(60, 120, { actor: tom })).rejects.toEqual(coded('not_allowed'));
    await expect(removeLesson({ actor: tom, classroomId, lessonId })).rejects.toEqual(coded('not_allowed'));
    const own = await createClassroom({ actor: tom, courseId: 'small', title: 'Other', library: library() });
    const elsewhere = { actor: tom, classroomId: own.classroomId, lessonId };
    await expect(removeLesson(elsewhere)).rejects.toEqual(coded('not_found'));
    expect(await db().lesson.count()).toBe(1);
  });

  test('the pool is wanted shortly before a lesson, in the class’s own limits, and not for who has come', async () => {
    await storeClassLimits(room.classroomId, { memoryMiB: 512 });
    await add(30, 90);
    expect(await plan()).toMatchObject({ byHand: 0, forLessons: 0, wants: [] });
    clock.advance(27 * MINUTE);
    expect(await plan()).toMatchObject({
      forLessons: 10,
      wants: [{ count: 10, policy: { limits: { memoryMiB: 512 } } }],
    });
    const { enrollmentId } = await joinClassroom({ actor: null, code: room.code, name: 'Ada', address: 'test' });
    const at = clock.now();
    const times = { createdAt: at, lastActiveAt: at, expiresAt: at };
    await db().sandbox.create({
      data: { id: 'a', enrollmentId, courseId: 'small', driver: 'fake', phase: 'ready', ...times },
    });
    expect(await plan()).toMatchObject({ forLessons: 9 });
    clock.advance(13 * MINUTE);
    expect(await plan()).toMatchObject({ forLessons: 0, wants: [] });
  });

  test('a closed class wants none', async () => {
    await add(1, 60);
    expect(await plan()).toMatchObject({ forLessons: 10 });
    await db().classroom.update({ where: { id: room.classroomId }, data: { closedAt: clock.now() } });
    expect(await plan()).toMatchObject({ forLessons: 0 });
  });

  test('what an admin wants at all times is kept through a restart, and serves a lesson too', async () => {
    const targets = await openPoolTargets(clock);
    await targets.set('small', 12);
    expect(await plan()).toMatchObject({ byHand: 12, wants: [{ count: 12 }] });
    await add(1, 60);
    expect(await plan()).toMatchObject({ byHand: 12, forLessons: 10, wants: [{ count: 10 }, { count: 2 }] });
    await (await openPoolTargets(clock)).set('small', null);
    expect(await plan()).toMatchObject({ byHand: 0, forLessons: 10 });
    expect(await db().setting.count()).toBe(0);
  });
});
