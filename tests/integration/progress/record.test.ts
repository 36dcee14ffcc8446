import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { closeClassroom } from '#server/classrooms/close-classroom.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import { db } from '#server/db.ts';
import { answerQuestion } from '#server/progress/answer-question.ts';
import { listCheckRuns } from '#server/progress/list-check-runs.ts';
import { KEPT_RUNS } from '#server/progress/progress-rules.ts';
import { enrollmentProgress } from '#server/progress/progress-view.ts';
import { recordCheckResult } from '#server/progress/record-check-result.ts';
import type { CheckOutcome } from '#server/shared/protocol.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const coded = (code: string) => expect.objectContaining({ code });

describe.each(DATABASES)('on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  let teacher: Actor;
  let ada: Actor;
  let classroomId: string;
  let enrollmentId: string;
  const stepKey = 'intro/ask';
  beforeEach(async () => {
    teacher = await addStaff('Tess', 'teacher');
    const room = await createClassroom({ actor: teacher, courseId: 'small', title: 'Monday', library: library() });
    classroomId = room.classroomId;
    const joined = await joinClassroom({ actor: null, code: room.code, name: 'Ada', address: 'test' });
    enrollmentId = joined.enrollmentId;
    ada = { userId: joined.userId, role: 'student', name: 'Ada' };
  });
  const record = (outcome: CheckOutcome, message = outcome as string) =>
    recordCheckResult({
      enrollmentId,
      stepKey,
      contentVersion: 'v1',
      trigger: 'command',
      result: { outcome, message, seen: 'seen', wanted: 'wanted', durationMs: 12.4 },
    });

  test('failures are counted until the pass; the pass keeps its evidence', async () => {
    expect(await record('failed', 'no file')).toMatchObject({
      tries: 1,
      passedAt: null,
      outcome: 'failed',
      message: 'no file',
    });
    expect(await record('fault')).toMatchObject({ tries: 1, passedAt: null, outcome: 'fault' });
    expect(await record('failed')).toMatchObject({ tries: 2, passedAt: null });
    const passed = await record('passed', 'well done');
    expect(passed).toMatchObject({ tries: 2, outcome: 'passed', message: 'well done', seen: 'seen', wanted: 'wanted' });
    expect(passed.passedAt).not.toBeNull();
    expect(await record('failed')).toEqual(passed);
    expect(await record('passed', 'again')).toEqual(passed);
    expect(await enrollmentProgress(enrollmentId)).toEqual({ [stepKey]: passed });
  });

  test('of two passes at once, the first stands, and all see the same one', async () => {
    const views = await Promise.all(Array.from({ length: 12 }, (_, i) => record('passed', `run ${i}`)));
    const final = (await enrollmentProgress(enrollmentId))[stepKey];
    expect(new Set(views.map((view) => view.passedAt)).size).toBe(1);
    expect(views.every((view) => view.message === final?.message)).toBe(true);
    expect(await db().stepProgress.count()).toBe(1);
    expect(await db().checkRun.count()).toBe(12);
  });

  test('failures at once all count', async () => {
    await Promise.all(Array.from({ length: 20 }, () => record('failed')));
    expect((await enrollmentProgress(enrollmentId))[stepKey]).toMatchObject({ tries: 20, passedAt: null });
  });

  const part = (name: string, done: boolean) => ({ name, done, seen: 'none', wanted: 'one' });
  const recordParts = (outcome: CheckOutcome, parts: ReturnType<typeof part>[], hint = '') =>
    recordCheckResult({
      enrollmentId,
      stepKey,
      contentVersion: 'v1',
      trigger: 'command',
      result: { outcome, message: 'Not all.', seen: '', wanted: '', durationMs: 1, parts, hint },
    });

  test('parts earn a share that never goes down, while the parts shown are the newest', async () => {
    const two = [part('a', true), part('b', true), part('c', false)];
    expect(await recordParts('failed', two, 'closed')).toMatchObject({ share: 66, parts: two, hintKey: 'closed' });
    const none = two.map((each) => ({ ...each, done: false }));
    expect(await recordParts('failed', none)).toMatchObject({ share: 66, parts: none, hintKey: null });
    expect(await recordParts('fault', [])).toMatchObject({ share: 66, parts: [], passedAt: null });
    const all = two.map((each) => ({ ...each, done: true }));
    expect(await recordParts('passed', all)).toMatchObject({ share: 100, parts: all });
    expect(await recordParts('failed', none)).toMatchObject({ share: 100, parts: all });
  });

  test('failures with the same words are counted in a row', async () => {
    expect(await record('failed', 'no file')).toMatchObject({ sameFailures: 1 });
    expect(await record('failed', 'no file')).toMatchObject({ sameFailures: 2 });
    expect(await record('failed', 'no line')).toMatchObject({ sameFailures: 1, tries: 3 });
    expect(await record('failed', 'no line')).toMatchObject({ sameFailures: 2 });
  });

  test('the newest runs of a step are kept as evidence', async () => {
    for (let i = 0; i < KEPT_RUNS + 7; i += 1) await record('failed', `run ${i}`);
    const runs = await listCheckRuns({ actor: teacher, enrollmentId, stepKey });
    expect(runs).toHaveLength(KEPT_RUNS);
    expect(await db().checkRun.count()).toBe(KEPT_RUNS);
    expect(runs.some((run) => run.message === `run ${KEPT_RUNS + 6}`)).toBe(true);
    expect((await enrollmentProgress(enrollmentId))[stepKey]?.tries).toBe(KEPT_RUNS + 7);
  });

  test('a question is compared here, and explained once it is answered', async () => {
    const answer = (ids: string[]) =>
      answerQuestion({ actor: ada, enrollmentId, stepKey, answer: { kind: 'choices', ids }, library: library() });
    expect(await answer(['b'])).toMatchObject({ step: { tries: 1, passedAt: null }, explanation: null });
    expect(await answer(['a'])).toMatchObject({ step: { tries: 1, outcome: 'passed' }, explanation: 'Because it is.' });
    expect(await answer(['b'])).toMatchObject({ step: { tries: 1, outcome: 'passed' }, explanation: 'Because it is.' });
  });

  test('only the student answers, only steps that are there, only while the class is open', async () => {
    const answer = { kind: 'choices' as const, ids: ['a'] };
    const asked = (actor: Actor, key = stepKey) =>
      answerQuestion({ actor, enrollmentId, stepKey: key, answer, library: library() });
    await expect(asked(teacher)).rejects.toEqual(coded('not_allowed'));
    await expect(asked({ ...ada, userId: 'someone' })).rejects.toEqual(coded('not_allowed'));
    await expect(asked(ada, 'intro/none')).rejects.toEqual(coded('step_unknown'));
    await closeClassroom({ actor: teacher, classroomId });
    await expect(asked(ada)).rejects.toEqual(coded('class_closed'));
    expect(await enrollmentProgress(enrollmentId)).toEqual({});
  });
});
