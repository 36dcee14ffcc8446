import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { listAudit } from '#server/audit/list-audit.ts';
import { classCourse, moveClass } from '#server/classrooms/class-course.ts';
import { countClassesByCourse } from '#server/classrooms/classroom-store.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { findMyEnrollment, findMySeatInClass } from '#server/classrooms/find-enrollment.ts';
import { joinClassroom } from '#server/classrooms/join-classroom.ts';
import type { CourseImports } from '#server/course-imports/course-imports.ts';
import { db } from '#server/db.ts';
import { answerQuestion } from '#server/progress/answer-question.ts';
import { addStaff } from '../../support/auth-fixture.ts';
import { bring, importsForTests } from '../../support/imports-for-tests.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const coded = (code: string) => expect.objectContaining({ code });

describe.each(DATABASES)('the version of a class’s course on %s', (kind) => {
  useTestDatabase(kind);
  const place = importsForTests();
  let imports: CourseImports;
  let tess: Actor;
  let classroomId: string;
  let code: string;
  const directory = () => ({ kind: 'directory' as const, directory: place.courseDir() });
  const request = (actor: Actor) => ({ actor, classroomId, library: imports.library });

  beforeEach(async () => {
    imports = await place.open();
    await bring(imports, directory());
    tess = await addStaff('Tess', 'teacher');
    const room = { actor: tess, courseId: 'files-basics--v1', title: 'Monday', library: imports.library };
    ({ classroomId, code } = await createClassroom(room));
  });

  async function newVersion(): Promise<void> {
    for (const name of ['chapter.md', 'chapter.fr.md']) {
      const file = path.join(place.courseDir(), '01-first-steps', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace('id="write-a-file"', 'id="make-a-file"'));
    }
    expect(await bring(imports, directory())).toMatchObject({ outcome: 'imported', number: 2 });
  }

  test('a class stays on its version until its teacher moves it, and is told what changes', async () => {
    expect(await classCourse(request(tess))).toEqual({ number: 1, newest: null });
    await newVersion();
    expect(await classCourse(request(tess))).toEqual({
      number: 1,
      newest: {
        courseId: 'files-basics--v2',
        number: 2,
        changes: { added: ['Write a file'], removed: ['Write a file'], changed: [] },
      },
    });
    expect((await db().classroom.findFirst())?.courseId).toBe('files-basics--v1');
    await moveClass({ ...request(tess), to: 'files-basics--v2' });
    expect(await classCourse(request(tess))).toEqual({ number: 2, newest: null });
    const [entry] = await listAudit({ limit: 1 });
    expect(entry).toMatchObject({ actorName: 'Tess', action: 'classroom.course', detail: '1 → 2' });
    expect(await countClassesByCourse()).toEqual(new Map([['files-basics--v2', 1]]));
  });

  test('what was passed stays passed by the step’s id, also after a way back', async () => {
    const { enrollmentId } = await joinClassroom({ actor: null, code, name: 'Ada', address: 'test' });
    const enrollment = await db().enrollment.findUniqueOrThrow({ where: { id: enrollmentId } });
    const ada: Actor = { userId: enrollment.userId, role: 'student', name: 'Ada' };
    const stepKey = 'first-steps/what-happened';
    const answer = { kind: 'choices' as const, ids: ['a'] };
    await answerQuestion({ actor: ada, enrollmentId, stepKey, answer, library: imports.library });
    await newVersion();
    for (const to of ['files-basics--v2', 'files-basics--v1']) {
      await moveClass({ ...request(tess), to });
      expect(await findMySeatInClass({ actor: ada, classroomId })).toEqual({ enrollmentId, courseId: to });
      const found = await findMyEnrollment({ actor: ada, courseId: to, classroomId });
      expect(found?.steps[stepKey]?.passedAt).toBeTruthy();
    }
  });

  test('another teacher may not move it, and nobody to what is no version of its course', async () => {
    await newVersion();
    const tom = await addStaff('Tom', 'teacher');
    await expect(moveClass({ ...request(tom), to: 'files-basics--v2' })).rejects.toEqual(coded('not_allowed'));
    await expect(classCourse(request(tom))).rejects.toEqual(coded('not_allowed'));
    for (const to of ['virtualization', 'files-basics--v9', 'other--v1', '../files-basics--v2']) {
      await expect(moveClass({ ...request(tess), to })).rejects.toEqual(coded('course_unknown'));
    }
    expect((await db().classroom.findFirst())?.courseId).toBe('files-basics--v1');
  });

  test('a class on a course of this server has no versions', async () => {
    const room = { actor: tess, courseId: 'virtualization', title: 'Tuesday', library: imports.library };
    const other = await createClassroom(room);
    const asked = { actor: tess, classroomId: other.classroomId, library: imports.library };
    expect(await classCourse(asked)).toBeNull();
    await expect(moveClass({ ...asked, to: 'files-basics--v1' })).rejects.toEqual(coded('course_unknown'));
  });
});
