import type { ChapterSummary, CourseSummary, QuestionView, StepMeta } from '#server/shared/views.ts';
import type { Chapter, Course, Language, Question, Step } from './course-model.ts';
import { shuffled } from './shuffle.ts';

/** `translated` gives a chapter in the wanted language, or null where there is none. */
export function courseSummary(
  course: Course,
  translated: (chapterId: string) => Chapter | null,
  language: Language,
): CourseSummary {
  const words = (language === 'en' ? null : course.translations[language]) ?? course;
  return {
    courseId: course.courseId,
    title: words.title,
    summary: words.summary,
    chapters: course.chapters.map((chapter) => chapterSummary(translated(chapter.chapterId) ?? chapter)),
    version: course.version,
  };
}

export function chapterSummary({ chapterId, number, title, minutes, steps, values }: Chapter): ChapterSummary {
  const summaries = steps.map(({ stepKey, title, question, points }) => ({
    stepKey,
    title,
    question: question?.kind ?? null,
    points,
  }));
  return { chapterId, number, title, minutes, steps: summaries, hasValues: Object.keys(values).length > 0 };
}

/** A step without its answers, as the student with this seed sees it. What it lacks is known once the sandbox stands. */
export function stepMeta(step: Step, seed: string): StepMeta {
  return {
    stepKey: step.stepKey,
    title: step.title,
    number: step.number,
    hasCheck: step.check !== null,
    question: step.question ? questionView(step.question, { seed, stepKey: step.stepKey }) : null,
    points: step.points,
    hintCount: step.hints.filter((hint) => hint.when === null).length,
    hasSolution: step.solution !== null,
    missing: [],
  };
}

/** Whose page it is, and which question: decides in what order lines and options are shown. */
export type AskedOf = { seed: string; stepKey: string };

/** A question without its answers: those stay on the server. */
export function questionView(question: Question, asked: AskedOf): QuestionView {
  switch (question.kind) {
    case 'text':
    case 'free':
      return { kind: question.kind, placeholder: question.placeholder };
    case 'choice':
    case 'choices':
      return { kind: question.kind, choices: question.choices.map(({ id, label }) => ({ id, label })) };
    case 'order':
      return { kind: 'order', lines: offered(question.lines, asked) };
    case 'match': {
      const { heads, pairs, options } = question;
      return { kind: 'match', heads, lefts: pairs.map(({ left }) => left), options: offered(options, asked) };
    }
  }
}

/** The labels as one student sees them: shuffled, with ids that go by the place shown and so tell nothing. */
export function offered(labels: readonly string[], { seed, stepKey }: AskedOf): { id: string; label: string }[] {
  return shuffled(labels.length, seed, stepKey).map((place, shown) => ({
    id: String(shown + 1),
    label: labels[place] ?? '',
  }));
}
