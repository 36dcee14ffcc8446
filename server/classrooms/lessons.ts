import { randomUUID } from 'node:crypto';
import type { Actor } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { MOST_SEATS } from '#server/shared/pool-policy.ts';
import type { LessonView } from '#server/shared/views.ts';
import { countLessons, deleteLesson, findLessons, insertLesson, type Lesson } from './lesson-store.ts';
import { requireClassroom } from './require-classroom.ts';

type OneClass = { actor: Actor; classroomId: string; now: Date };
type Wanted = { startsAt: Date; endsAt: Date; seats: number };

/** A term of two lessons a day is less. */
const MOST_LESSONS = 200;
const LONGEST_MS = 24 * 60 * 60_000;
const FARTHEST_MS = 400 * 24 * 60 * 60_000;

/** Those that are not over, the next one first. */
export async function listLessons({ actor, classroomId, now }: OneClass): Promise<LessonView[]> {
  await requireClassroom({ actor, classroomId, action: 'classroom:lessons' });
  return (await findLessons(classroomId, now)).map(viewOf);
}

/** Warm sandboxes will be ready for it. */
export async function addLesson({ actor, classroomId, now, ...wanted }: OneClass & Wanted): Promise<LessonView> {
  await requireClassroom({ actor, classroomId, action: 'classroom:lessons' });
  requireSense(wanted, now);
  if ((await countLessons(classroomId, now)) >= MOST_LESSONS)
    throw new AppError('lesson_impossible', 'too many lessons');
  const lesson = { lessonId: randomUUID(), ...wanted };
  await insertLesson({ ...lesson, classroomId });
  await audit({ actor, classroomId }, 'classroom.lesson_add', lesson);
  return viewOf(lesson);
}

export async function removeLesson({ actor, classroomId, lessonId }: Omit<OneClass, 'now'> & { lessonId: string }) {
  await requireClassroom({ actor, classroomId, action: 'classroom:lessons' });
  if (!(await deleteLesson(classroomId, lessonId))) throw new AppError('not_found', `no lesson ${lessonId}`);
  const target = { targetType: 'classroom', targetId: classroomId };
  await recordAudit({ actor, action: 'classroom.lesson_remove', ...target, detail: lessonId });
}

function requireSense({ startsAt, endsAt, seats }: Wanted, now: Date): void {
  const lasts = endsAt.getTime() - startsAt.getTime();
  const isSound = lasts > 0 && lasts <= LONGEST_MS && seats >= 1 && seats <= MOST_SEATS;
  const isAhead = endsAt > now && startsAt.getTime() - now.getTime() < FARTHEST_MS;
  if (!isSound || !isAhead) throw new AppError('lesson_impossible', 'times or seats that make no lesson');
}

async function audit({ actor, classroomId }: Omit<OneClass, 'now'>, action: string, lesson: Lesson): Promise<void> {
  const detail = `${lesson.startsAt.toISOString()} ${lesson.endsAt.toISOString()} ${lesson.seats}`;
  await recordAudit({ actor, action, targetType: 'classroom', targetId: classroomId, detail });
}

const viewOf = ({ lessonId, startsAt, endsAt, seats }: Lesson): LessonView => ({
  lessonId,
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
  seats,
});
