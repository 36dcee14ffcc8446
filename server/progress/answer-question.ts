import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { personalStep } from '#server/courses/student-values.ts';
import { AppError } from '#server/errors.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { Answer } from '#server/shared/views.ts';
import { judgeAnswer } from './answer-rules.ts';
import { enrollmentSeed } from './enrollment-seed.ts';
import { recordCheckResult } from './record-check-result.ts';
import { requireEnrollment } from './require-enrollment.ts';

export type AnswerQuestion = {
  actor: Actor;
  enrollmentId: string;
  stepKey: string;
  answer: Answer;
  library: CourseLibrary;
};

/**
 * Compares on the server; a wrong answer is a try, and what was answered is kept for the teacher. The explanation is
 * told once the step is passed. Throws `not_allowed`, `class_closed`, `step_unknown`; `bad_request` for an empty free answer.
 */
export async function answerQuestion(
  request: AnswerQuestion,
): Promise<{ step: StepProgressView; explanation: string | null }> {
  const { actor, enrollmentId, stepKey, answer, library } = request;
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'progress:write' });
  const seed = await enrollmentSeed(enrollmentId);
  const { question } = personalStep(library.step(seat.courseId, stepKey), seed);
  if (!question) throw new AppError('step_unknown', `step ${stepKey} asks no question`);
  const { right, said } = judgeAnswer(question, answer, { seed, stepKey });
  if (question.kind === 'free' && !right) throw new AppError('bad_request', 'a free answer without a word');
  const step = await recordCheckResult({
    enrollmentId,
    stepKey,
    contentVersion: library.course(seat.courseId).version,
    trigger: 'answer',
    result: { outcome: right ? 'passed' : 'failed', message: '', seen: said, wanted: '', durationMs: 0 },
  });
  return { step, explanation: step.passedAt === null ? null : question.explanation };
}
