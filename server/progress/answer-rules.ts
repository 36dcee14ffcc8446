import type { Question } from '#server/courses/course-model.ts';
import { type AskedOf, offered } from '#server/courses/course-views.ts';
import type { Answer } from '#server/shared/views.ts';

/** `said` is the answer in words, for the teacher: text of the course, or the student's own. */
export type Judged = { right: boolean; said: string };

/**
 * Compares an answer with the question. Exactly the right choices, one of the accepted texts, all lines in order, all
 * pairs; a free answer is right as soon as it says something. An answer of the wrong kind, or with ids that were not
 * offered, is wrong.
 */
export function judgeAnswer(question: Question, answer: Answer, asked: AskedOf): Judged {
  switch (question.kind) {
    case 'text':
      return judgeText(answer, (text) => question.accept.some((accepted) => fold(accepted) === fold(text)));
    case 'free':
      return judgeText(answer, (text) => text !== '');
    case 'choice':
    case 'choices': {
      if (answer.kind !== 'choices') return WRONG_KIND;
      const given = new Set(answer.ids);
      const known = question.choices.filter((choice) => given.has(choice.id));
      const right =
        known.length === given.size && question.choices.every((choice) => choice.correct === given.has(choice.id));
      return { right, said: known.map((choice) => choice.label).join('; ') };
    }
    case 'order': {
      if (answer.kind !== 'order') return WRONG_KIND;
      const labels = labelsOf(answer.ids, offered(question.lines, asked));
      return { right: same(labels, question.lines), said: labels.map((label, i) => `${i + 1}. ${label}`).join('\n') };
    }
    case 'match': {
      if (answer.kind !== 'match') return WRONG_KIND;
      const { pairs, options } = question;
      const labels = labelsOf(answer.ids, offered(options, asked));
      const wanted = pairs.map((pair) => options[pair.right] ?? '');
      const said = pairs.map(({ left }, i) => `${left} → ${labels[i] || '?'}`).join('\n');
      return { right: same(labels, wanted), said };
    }
  }
}

const WRONG_KIND: Judged = { right: false, said: '' };

function judgeText(answer: Answer, isRight: (text: string) => boolean): Judged {
  if (answer.kind !== 'text') return WRONG_KIND;
  const said = written(answer.text);
  return { right: isRight(said), said };
}

/** An id that was not offered has no words. */
const labelsOf = (ids: readonly string[], offers: readonly { id: string; label: string }[]): string[] =>
  ids.map((id) => offers.find((offer) => offer.id === id)?.label ?? '');

const same = (given: readonly string[], wanted: readonly string[]): boolean =>
  given.length === wanted.length && given.every((label, index) => label === wanted[index]);

/** As it was typed, without what a page would not show as text: controls, and marks that turn its direction. */
const written = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\p{Cs}\p{Co}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

const fold = (text: string): string => text.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
