import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { Language } from '#server/courses/course-model.ts';
import { AppError } from '#server/errors.ts';
import { enrollmentProgress } from '#server/progress/progress-view.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import { earnedPoints, sumPoints } from '#server/shared/points.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { ChapterResult, ResultFigures, StudentResults } from '#server/shared/result-views.ts';
import type { ChapterSummary, StepSummary } from '#server/shared/views.ts';

type Asked = { actor: Actor; enrollmentId: string; library: CourseLibrary; language: Language };

/**
 * What one student has done, chapter by chapter: for themselves and for who teaches the class. It says what was passed,
 * what it is worth and where a solution was opened; not how often somebody tried. Throws `not_found`, `not_allowed`,
 * `course_unknown`.
 */
export async function studentResults({ actor, enrollmentId, library, language }: Asked): Promise<StudentResults> {
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'enrollment:read' });
  const course = library.list(language).find((one) => one.courseId === seat.courseId);
  if (!course) throw new AppError('course_unknown', `course ${seat.courseId} is not on this server`);
  const progress = await enrollmentProgress(enrollmentId);
  const chapters = course.chapters.filter((chapter) => chapter.steps.length > 0);
  return {
    student: { enrollmentId, name: seat.displayName, classroomId: seat.classroomId, classTitle: seat.classTitle },
    isOwn: seat.userId === actor.userId,
    courseId: course.courseId,
    courseTitle: course.title,
    chapters: chapters.map((chapter) => chapterResult(chapter, progress)),
    ...figuresOf(
      chapters.flatMap((chapter) => chapter.steps),
      progress,
    ),
  };
}

type Progress = Readonly<Record<string, StepProgressView>>;

function chapterResult({ chapterId, number, title, steps }: ChapterSummary, progress: Progress): ChapterResult {
  return {
    chapterId,
    number,
    title,
    ...figuresOf(steps, progress),
    steps: steps.map(({ stepKey, title: stepTitle, points }) => {
      const step = progress[stepKey];
      return {
        stepKey,
        title: stepTitle,
        points,
        earned: earnedPoints(points, step),
        passedAt: step?.passedAt ?? null,
        partsDone: step?.parts.filter((part) => part.done).length ?? 0,
        partsTotal: step?.parts.length ?? 0,
        solution: step?.solution ?? 'none',
      };
    }),
  };
}

function figuresOf(steps: readonly StepSummary[], progress: Progress): ResultFigures {
  const known = steps.map(({ stepKey }) => progress[stepKey]);
  return {
    passed: known.filter((step) => step?.passedAt).length,
    total: steps.length,
    points: sumPoints(steps, progress),
    solutions: known.filter((step) => step && step.solution !== 'none').length,
  };
}
