import type { ChapterSummary, CourseSummary, QuestionView, StepMeta } from '#server/shared/views.ts';
import type { Chapter, Course, Language, Question, Step } from './course-model.ts';

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

export function chapterSummary({ chapterId, number, title, minutes, steps }: Chapter): ChapterSummary {
  return { chapterId, number, title, minutes, steps: steps.map(({ stepKey, title }) => ({ stepKey, title })) };
}

/** A step without its answers. `missing` names what the sandbox cannot offer. */
export function stepMeta(step: Step, missing: string[]): StepMeta {
  return {
    stepKey: step.stepKey,
    title: step.title,
    number: step.number,
    hasCheck: step.check !== null,
    question: step.question ? questionView(step.question) : null,
    hintCount: step.hints.length,
    hasSolution: step.solution !== null,
    missing,
  };
}

/** A question without its answers: those stay on the server. */
export function questionView(question: Question): QuestionView {
  if (question.kind === 'text') return { kind: 'text', placeholder: question.placeholder };
  return { kind: question.kind, choices: question.choices.map(({ id, label }) => ({ id, label })) };
}
