import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { classroomGrid, studentRow } from '#server/classrooms/classroom-grid.ts';
import { closeClassroom, reopenClassroom } from '#server/classrooms/close-classroom.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { findMyEnrollment, findMyLatestSeat, requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import { listClassrooms } from '#server/classrooms/list-classrooms.ts';
import { moveToStep } from '#server/classrooms/move-to-step.ts';
import { previewClass } from '#server/classrooms/preview-class.ts';
import { createReturnLink, openReturnLink } from '#server/classrooms/return-links.ts';
import { db } from '#server/db.ts';
import { recordCheckResult } from '#server/progress/record-check-result.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const coded = (code: string) => expect.objectContaining({ code });
const offline = () => false;

describe.each(DATABASES)('on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  let tess: Actor;
  let tom: Actor;
  let root: Actor;
  beforeEach(async () => {
    tess = await addStaff('Tess', 'teacher');
    tom = await addStaff('Tom', 'teacher');
    root = await addStaff('Root', 'admin');
  });
  const open = (actor: Actor, title = 'Monday') =>
    createClassroom({ actor, courseId: 'small', title, library: library() });
  const joinAs = async (code: string, name: string, actor: Actor | null = null) => {
    const joined = await joinClassroom({ actor, code, name, address: 'test' });
    return { ...joined, actor: { userId: joined.userId, role: 'student', name } satisfies Actor };
  };

  test('a teacher opens a class with a code that can be read out', async () => {
    const room = await open(tess);
    expect(room).toMatchObject({ title: 'Monday', courseTitle: 'Small course', students: 0, closedAt: null });
    expect(room.code).toMatch(/^[A-Z]{4,9}-[2-9]{3}$/);
  });

  test('a student opens none, nobody opens one on a course that is not there or under an unreadable title', async () => {
    await expect(open({ ...tess, role: 'student' })).rejects.toEqual(coded('not_allowed'));
    const request = { actor: tess, courseId: 'none', title: 'Monday', library: library() };
    await expect(createClassroom(request)).rejects.toEqual(coded('course_unknown'));
    await expect(open(tess, '\u202eyadnoM')).rejects.toEqual(coded('name_invalid'));
  });

  test('a teacher lists their own classes, an admin all, a student none', async () => {
    await open(tess, 'One');
    await open(tom, 'Two');
    const titles = async (actor: Actor) =>
      (await listClassrooms({ actor, library: library() })).map((room) => room.title).sort();
    expect(await titles(tess)).toEqual(['One']);
    expect(await titles(root)).toEqual(['One', 'Two']);
    await expect(titles({ ...tess, role: 'student' })).rejects.toEqual(coded('not_allowed'));
  });

  test('only its teacher and an admin close a class; closing is taken back with the same students', async () => {
    const room = await open(tess);
    const { classroomId } = room;
    await joinAs(room.code, 'Ada');
    await expect(closeClassroom({ actor: tom, classroomId })).rejects.toEqual(coded('not_allowed'));
    await expect(closeClassroom({ actor: tess, classroomId: 'none' })).rejects.toEqual(coded('not_found'));
    await closeClassroom({ actor: tess, classroomId });
    await closeClassroom({ actor: root, classroomId });
    await expect(joinAs(room.code, 'Ben')).rejects.toEqual(coded('class_closed'));
    await reopenClassroom({ actor: tess, classroomId });
    await joinAs(room.code, 'Ben');
    expect((await listClassrooms({ actor: tess, library: library() }))[0]).toMatchObject({
      students: 2,
      closedAt: null,
    });
    const actions = (await db().auditEntry.findMany({ orderBy: { at: 'asc' } })).map((entry) => entry.action);
    expect(actions.filter((action) => action.startsWith('classroom.')).sort()).toEqual([
      'classroom.closed',
      'classroom.created',
      'classroom.reopened',
    ]);
  });

  test('a code shows what it leads to before a name is asked', async () => {
    const room = await open(tess);
    const preview = await previewClass({ code: room.code.toLowerCase(), address: 'test', library: library() });
    expect(preview).toMatchObject({ title: 'Monday', courseTitle: 'Small course', code: room.code, closedAt: null });
    expect(Object.keys(preview)).not.toContain('students');
    const unknown = previewClass({ code: 'NONE-222', address: 'test', library: library() });
    await expect(unknown).rejects.toEqual(coded('class_code_unknown'));
  });

  test('the grid shows everybody by name, with their steps, to the teacher of the class and an admin only', async () => {
    const room = await open(tess);
    const ben = await joinAs(room.code, 'ben');
    const ada = await joinAs(room.code, 'Ada');
    await recordCheckResult({
      enrollmentId: ada.enrollmentId,
      stepKey: 'intro/ask',
      contentVersion: 'v',
      trigger: 'asked',
      result: { outcome: 'passed', message: '', seen: '', wanted: '', durationMs: 1 },
    });
    const request = {
      classroomId: room.classroomId,
      library: library(),
      isOnline: (id: string) => id === ben.enrollmentId,
    };
    const grid = await classroomGrid({ actor: tess, ...request });
    expect(grid.rows.map((row) => [row.name, row.online, Object.keys(row.steps)])).toEqual([
      ['Ada', false, ['intro/ask']],
      ['ben', true, []],
    ]);
    expect(grid.rows[0]?.lastPassAt).toBe(grid.rows[0]?.steps['intro/ask']?.passedAt);
    expect(grid.course.chapters).toHaveLength(2);
    expect(await studentRow({ enrollmentId: ada.enrollmentId, isOnline: offline })).toEqual(grid.rows[0]);
    await classroomGrid({ actor: root, ...request });
    await expect(classroomGrid({ actor: tom, ...request })).rejects.toEqual(coded('not_allowed'));
    await expect(classroomGrid({ actor: ada.actor, ...request })).rejects.toEqual(coded('not_allowed'));
  });

  test('the grid of 300 students with 80 steps each is read whole', async () => {
    const room = await open(tess);
    const at = new Date();
    const ids = Array.from({ length: 300 }, (_, i) => `s${i}`);
    const user = { emailVerified: false, role: 'student', isGuest: true, createdAt: at, updatedAt: at };
    await db().user.createMany({ data: ids.map((id) => ({ id, name: id, email: `${id}@guest.invalid`, ...user })) });
    const seat = { classroomId: room.classroomId, createdAt: at };
    await db().enrollment.createMany({
      data: ids.map((id) => ({ id, userId: id, displayName: id, nameKey: id, ...seat })),
    });
    const row = { contentVersion: 'v', tries: 1, firstTryAt: at, lastOutcome: 'failed', lastCheckedAt: at };
    const evidence = { lastMessage: 'There is no container.', lastSeen: 'nothing', lastWanted: 'a container' };
    const stepKeys = Array.from({ length: 80 }, (_, i) => `c/s${i}`);
    const steps = ids.flatMap((enrollmentId) =>
      stepKeys.map((stepKey) => ({ enrollmentId, stepKey, ...row, ...evidence })),
    );
    for (let from = 0; from < steps.length; from += 2_000) {
      await db().stepProgress.createMany({ data: steps.slice(from, from + 2_000) });
    }
    const request = { actor: tess, classroomId: room.classroomId, library: library(), isOnline: offline };
    const grid = await classroomGrid(request);
    expect(grid.rows).toHaveLength(300);
    expect(grid.rows.every((student) => Object.keys(student.steps).length === 80)).toBe(true);
  });

  test('one’s own seat is the one asked for, else the open one used last', async () => {
    const monday = await open(tess);
    const tuesday = await open(tess, 'Tuesday');
    const first = await joinAs(monday.code, 'Ada');
    const ada = first.actor;
    const second = await joinAs(tuesday.code, 'Ada', ada);
    await moveToStep({ actor: ada, enrollmentId: first.enrollmentId, stepKey: 'second/again' });
    const mine = async (classroomId?: string) =>
      (await findMyEnrollment({ actor: ada, courseId: 'small', classroomId }))?.enrollmentId ?? null;
    expect(await mine()).toBe(first.enrollmentId);
    expect(await mine(tuesday.classroomId)).toBe(second.enrollmentId);
    expect(await mine('none')).toBeNull();
    await closeClassroom({ actor: tess, classroomId: monday.classroomId });
    expect(await mine()).toBe(second.enrollmentId);
    expect(await mine(monday.classroomId)).toBe(first.enrollmentId);
    expect(await findMyLatestSeat({ actor: ada })).toMatchObject({ enrollmentId: second.enrollmentId });
    expect(await findMyEnrollment({ actor: tom, courseId: 'small' })).toBeNull();
  });

  test('the open step is remembered, for oneself only, and leads back there', async () => {
    const room = await open(tess);
    const { actor: ada, enrollmentId } = await joinAs(room.code, 'Ada');
    await moveToStep({ actor: ada, enrollmentId, stepKey: 'second/again' });
    expect(await findMyEnrollment({ actor: ada, courseId: 'small' })).toMatchObject({ currentStep: 'second/again' });
    const link = await createReturnLink({ actor: ada, enrollmentId, baseUrl: 'http://class.lan:3000/x' });
    expect(link).toMatch(/^http:\/\/class\.lan:3000\/back\/[\w-]{32}$/);
    const opened = await openReturnLink(link.split('/').at(-1) ?? '', library());
    expect(opened).toEqual({ userId: ada.userId, path: `/learn/small/second?class=${room.classroomId}` });
    await expect(createReturnLink({ actor: tess, enrollmentId, baseUrl: 'http://x' })).rejects.toEqual(
      coded('not_allowed'),
    );
    await expect(moveToStep({ actor: tess, enrollmentId, stepKey: 'intro/ask' })).rejects.toEqual(coded('not_allowed'));
    await expect(moveToStep({ actor: ada, enrollmentId, stepKey: '../etc' })).rejects.toEqual(coded('step_unknown'));
  });

  test('a terminal is attached by its student, watched by the teacher of the class, and by nobody once it is closed', async () => {
    const room = await open(tess);
    const { actor: ada, enrollmentId } = await joinAs(room.code, 'Ada');
    const { actor: ben } = await joinAs(room.code, 'Ben');
    const may = (actor: Actor, action: 'terminal:attach' | 'terminal:watch' | 'enrollment:read') =>
      requireEnrollment({ actor, enrollmentId, action }).then(
        () => 'yes',
        (error: { code: string }) => error.code,
      );
    expect(await may(ada, 'terminal:attach')).toBe('yes');
    expect(await may(tess, 'terminal:watch')).toBe('yes');
    for (const actor of [ben, tom, root, tess]) expect(await may(actor, 'terminal:attach')).toBe('not_allowed');
    for (const actor of [ben, tom, root, ada]) expect(await may(actor, 'terminal:watch')).toBe('not_allowed');
    await closeClassroom({ actor: tess, classroomId: room.classroomId });
    expect(await may(ada, 'terminal:attach')).toBe('class_closed');
    expect(await may(ada, 'enrollment:read')).toBe('yes');
  });
});
