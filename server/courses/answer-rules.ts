import type { Answer } from '#server/shared/views.ts';
import type { Question } from './course-model.ts';

/** Whether an answer is right: the very choices, or one of the accepted texts whatever its case and spacing. */
export function isRightAnswer(question: Question, answer: Answer): boolean {
  if (question.kind === 'text') {
    return answer.kind === 'text' && question.accept.some((one) => normalised(one) === normalised(answer.text));
  }
  if (answer.kind !== 'choices') return false;
  const right = question.choices.filter((choice) => choice.correct).map((choice) => choice.id);
  const given = new Set(answer.ids);
  return given.size === right.length && right.every((id) => given.has(id));
}

function normalised(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[\s"'`“”‘’«».!?]+/g, ' ').trim();
}
