import type { Chapter, Step } from './course-model.ts';

/** How a translated chapter differs from the English one in anything but its words. */
export function translationMistakes(english: Chapter | null, translated: Chapter): string[] {
  if (!english) return ['the English chapter cannot be read, so this one has nothing to be compared with'];
  const order = (chapter: Chapter) => chapter.steps.map((step) => step.stepId).join(', ');
  if (order(english) !== order(translated)) {
    return [`its steps are ${order(translated)}; in English they are ${order(english)}`];
  }
  if (JSON.stringify(english.values) !== JSON.stringify(translated.values)) {
    return ['its values are not those of the English text'];
  }
  return translated.steps.flatMap((step, index) => {
    const other = english.steps[index];
    return other ? differences(other, step) : [];
  });
}

const COMPARED: { name: string; shape: (step: Step) => unknown }[] = [
  { name: 'runnable commands', shape: (step) => step.commands },
  { name: 'commands of the solution', shape: (step) => step.solutionCommands },
  { name: 'check', shape: (step) => step.check?.script ?? null },
  { name: 'needs', shape: (step) => step.needs },
  { name: 'points', shape: (step) => step.points },
  { name: 'hints', shape: (step) => step.hints.map((hint) => hint.when) },
  { name: 'right answers', shape: (step) => answersOf(step) },
];

function differences(english: Step, translated: Step): string[] {
  return COMPARED.filter(({ shape }) => JSON.stringify(shape(english)) !== JSON.stringify(shape(translated))).map(
    ({ name }) => `step "${translated.stepId}": its ${name} are not those of the English text`,
  );
}

/** A typed answer may be written in either language; choices, lines and pairs must be the same ones in the same order. */
function answersOf({ question }: Step): unknown {
  if (!question) return null;
  const { kind } = question;
  switch (kind) {
    case 'text':
    case 'free':
      return kind;
    case 'choice':
    case 'choices':
      return [kind, ...question.choices.map((choice) => choice.correct)];
    case 'order':
      return [kind, question.lines.length];
    case 'match':
      return [kind, question.options.length, ...question.pairs.map((pair) => pair.right)];
  }
}
