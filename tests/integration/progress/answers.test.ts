import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { classroomGrid } from '#server/classrooms/classroom-grid.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import { studentResults } from '#server/classrooms/student-results.ts';
import { questionView } from '#server/courses/course-views.ts';
import { answerQuestion } from '#server/progress/answer-question.ts';
import { enrollmentSeed } from '#server/progress/enrollment-seed.ts';
import { recordCheckResult } from '#server/progress/record-check-result.ts';
import { recordHelp } from '#server/progress/record-help.ts';
import type { Answer, Help } from '#server/shared/views.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const step = (id: string, question: string) =>
  `:::::step{id="${id}" title="Title" goal="Answer."}\n::::question{${question}\n\n:::explanation\nWhy.\n:::\n::::\n:::::\n`;

const KINDS = `---
title: Kinds
lead: Every kind of question.
minutes: 5
---
${step('order', 'kind="order"}\n1. pull\n2. create\n3. start')}
${step('match', 'kind="match"}\n| Tool | Kind |\n| - | - |\n| Docker | OS |\n| VirtualBox | full |\n| | para |')}
${step('free', 'kind="free"}\nWhat did you expect?')}
${step('worth" points="3', 'kind="text" accept="x"}\nWhat?')}`;

describe.each(DATABASES)('questions on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse({ '03-kinds/chapter.md': KINDS });
  let teacher: Actor;
  let ada: Actor;
  let classroomId: string;
  let enrollmentId: string;
  beforeEach(async () => {
    teacher = await addStaff('Tess', 'teacher');
    const room = await createClassroom({ actor: teacher, courseId: 'small', title: 'Monday', library: library() });
    classroomId = room.classroomId;
    const joined = await joinClassroom({ actor: null, code: room.code, name: 'Ada', address: 'test' });
    enrollmentId = joined.enrollmentId;
    ada = { userId: joined.userId, role: 'student', name: 'Ada' };
  });
  const answer = (stepKey: string, given: Answer) =>
    answerQuestion({ actor: ada, enrollmentId, stepKey, answer: given, library: library() });
  const shown = async (stepKey: string) => {
    const { question } = library().step('small', stepKey);
    if (!question) throw new Error('no question');
    return questionView(question, { seed: await enrollmentSeed(enrollmentId), stepKey });
  };

  test('lines are put in the order of the ids that this student’s page has', async () => {
    const view = await shown('kinds/order');
    if (view.kind !== 'order') throw new Error(view.kind);
    const idOf = (label: string) => view.lines.find((line) => line.label === label)?.id ?? '';
    const asShown = await answer('kinds/order', { kind: 'order', ids: view.lines.map((line) => line.id) });
    expect(asShown).toMatchObject({ step: { passedAt: null, tries: 1 }, explanation: null });
    const right = await answer('kinds/order', { kind: 'order', ids: ['pull', 'create', 'start'].map(idOf) });
    expect(right).toMatchObject({ step: { outcome: 'passed' }, explanation: 'Why.' });
  });

  test('each left side gets an option', async () => {
    const view = await shown('kinds/match');
    if (view.kind !== 'match') throw new Error(view.kind);
    const idOf = (label: string) => view.options.find((option) => option.label === label)?.id ?? '';
    const wrong = await answer('kinds/match', { kind: 'match', ids: [idOf('para'), idOf('full')] });
    expect(wrong).toMatchObject({ step: { passedAt: null, wanted: null }, explanation: null });
    const right = await answer('kinds/match', { kind: 'match', ids: [idOf('OS'), idOf('full')] });
    expect(right.step.passedAt).not.toBeNull();
  });

  test('a free answer is done when it is sent, once, and the teacher reads it as it was written', async () => {
    const coded = expect.objectContaining({ code: 'bad_request' });
    await expect(answer('kinds/free', { kind: 'text', text: ' \n ' })).rejects.toEqual(coded);
    const sent = await answer('kinds/free', { kind: 'text', text: 'A <b>VM</b>,\nnot $(this).' });
    expect(sent).toMatchObject({ step: { outcome: 'passed', tries: 0 }, explanation: 'Why.' });
    await answer('kinds/free', { kind: 'text', text: 'Something else.' });
    const { rows } = await classroomGrid({ actor: teacher, classroomId, library: library(), isOnline: () => false });
    expect(rows[0]?.steps['kinds/free']?.seen).toBe('A <b>VM</b>,\nnot $(this).');
  });

  test('a seed is made once, whoever asks at the same time, and differs between students', async () => {
    const seeds = await Promise.all(Array.from({ length: 8 }, () => enrollmentSeed(enrollmentId)));
    expect(new Set(seeds).size).toBe(1);
    expect(seeds[0]).toMatch(/^[0-9a-f]{32}$/);
    const room = await createClassroom({ actor: teacher, courseId: 'small', title: 'Tuesday', library: library() });
    const bob = await joinClassroom({ actor: null, code: room.code, name: 'Bob', address: 'test' });
    expect(await enrollmentSeed(bob.enrollmentId)).not.toBe(seeds[0]);
    await expect(enrollmentSeed('nobody')).rejects.toEqual(expect.objectContaining({ code: 'not_found' }));
  });

  test('help that was opened is kept once, is no try, and adds nothing after the pass', async () => {
    const stepKey = 'kinds/free';
    const note = (help: Help) => recordHelp({ actor: ada, enrollmentId, stepKey, help, library: library() });
    expect(await note({ kind: 'hints', shown: 2 })).toMatchObject({ hintsShown: 2, tries: 0, checkedAt: null });
    expect(await note({ kind: 'hints', shown: 1 })).toMatchObject({ hintsShown: 2, solution: 'none', outcome: null });
    expect(await note({ kind: 'solution_shown' })).toMatchObject({ solution: 'shown' });
    await answer(stepKey, { kind: 'text', text: 'A thought.' });
    expect(await note({ kind: 'solution_run' })).toMatchObject({ solution: 'shown', hintsShown: 2 });
    const elsewhere = { actor: ada, enrollmentId, stepKey: 'kinds/none', library: library() };
    const refused = recordHelp({ ...elsewhere, help: { kind: 'solution_run' } });
    await expect(refused).rejects.toEqual(expect.objectContaining({ code: 'step_unknown' }));
    const teachers = recordHelp({
      actor: teacher,
      enrollmentId,
      stepKey,
      help: { kind: 'solution_run' },
      library: library(),
    });
    await expect(teachers).rejects.toEqual(expect.objectContaining({ code: 'not_allowed' }));
  });

  test('the results add up, for the student and their teacher, and for nobody else', async () => {
    await recordHelp({
      actor: ada,
      enrollmentId,
      stepKey: 'kinds/free',
      help: { kind: 'solution_run' },
      library: library(),
    });
    await answer('kinds/free', { kind: 'text', text: 'A thought.' });
    const part = (name: string, done: boolean) => ({ name, done, seen: '', wanted: '' });
    const result = { outcome: 'failed' as const, message: '', seen: '', wanted: '', durationMs: 1 };
    const run = { enrollmentId, contentVersion: 'v1', trigger: 'asked' as const };
    await recordCheckResult({
      ...run,
      stepKey: 'kinds/worth',
      result: { ...result, parts: [part('a', true), part('b', false)] },
    });
    const read = (actor: Actor) => studentResults({ actor, enrollmentId, library: library(), language: 'en' });
    const results = await read(ada);
    expect(results).toMatchObject({
      isOwn: true,
      passed: 1,
      total: 6,
      solutions: 1,
      points: { earned: 2.5, total: 8 },
    });
    const kinds = results.chapters.find((chapter) => chapter.chapterId === 'kinds');
    expect(kinds).toMatchObject({ passed: 1, total: 4, points: { earned: 2.5, total: 6 } });
    expect(kinds?.steps.at(-1)).toMatchObject({
      earned: 1.5,
      partsDone: 1,
      partsTotal: 2,
      passedAt: null,
      solution: 'none',
    });
    expect(kinds?.steps.at(-2)).toMatchObject({ earned: 1, solution: 'run' });
    expect(await read(teacher)).toMatchObject({ isOwn: false, points: results.points });
    const stranger = await addStaff('Sam', 'teacher');
    await expect(read(stranger)).rejects.toEqual(expect.objectContaining({ code: 'not_allowed' }));
  });
});
