import type { Actor } from '#server/accounts/permissions.ts';
import type { CourseLibrary } from '#server/courses/course-library.ts';
import { AppError } from '#server/errors.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { Answer } from '#server/shared/views.ts';
import { isRightAnswer } from './progress-rules.ts';
import { recordCheckResult } from './record-check-result.ts';
import { requireEnrollment } from './require-enrollment.ts';

export type AnswerQuestion = {
  actor: Actor;
  enrollmentId: string;
  stepKey: string;
  answer: Answer;
  library: CourseLibrary;
};

/** Compares on the server; a wrong answer is a try. The explanation is told once the step is passed. */
export async function answerQuestion(
  request: AnswerQuestion,
): Promise<{ step: StepProgressView; explanation: string | null }> {
  const { actor, enrollmentId, stepKey, answer, library } = request;
  const seat = await requireEnrollment({ actor, enrollmentId, action: 'progress:write' });
  const { question } = library.step(seat.courseId, stepKey);
  if (!question) throw new AppError('step_unknown', `step ${stepKey} asks no question`);
  const outcome = isRightAnswer(question, answer) ? 'passed' : 'failed';
  const step = await recordCheckResult({
    enrollmentId,
    stepKey,
    contentVersion: library.course(seat.courseId).version,
    trigger: 'answer',
    result: { outcome, message: '', seen: '', wanted: '', durationMs: 0 },
  });
  return { step, explanation: step.passedAt === null ? null : question.explanation };
}
