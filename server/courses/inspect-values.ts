import type { ContainerDirective } from 'mdast-util-directive';
import type { Step } from './course-model.ts';
import type { ProblemList } from './problem-list.ts';
import { namesIn, type ValueSpecs } from './value-schema.ts';

/** Names in double braces that no value has, at their lines. */
export function inspectNames(markdown: string, values: ValueSpecs, problems: ProblemList): void {
  for (const [index, text] of markdown.split('\n').entries()) {
    for (const name of namesIn(text)) {
      if (Object.hasOwn(values, name)) continue;
      problems.add({ what: `there is no value "${name}"`, remedy: declared(values), line: index + 1 });
    }
  }
}

/** A title that would differ from student to student, and a check that reads what nothing sets. */
export function inspectStepValues(node: ContainerDirective, step: Step, problems: ProblemList): void {
  const { stepId, title, check, values } = step;
  if (namesIn(title).length > 0) {
    const remedy = 'a title is the same for everybody: name the value in the text';
    problems.add({ what: `the title of "${stepId}" has a value`, remedy, at: node });
  }
  const read = [...(check?.script ?? '').matchAll(/\bCH_VALUE_([A-Z0-9_]+)/g)].map(([, name = '']) => name);
  const unknown = read.find((name) => !Object.hasOwn(values, name.toLowerCase()));
  if (unknown) {
    const what = `the check of "${stepId}" reads CH_VALUE_${unknown}, which nothing sets`;
    problems.add({ what, remedy: declared(values), at: node });
  }
}

function declared(values: ValueSpecs): string {
  const names = Object.keys(values);
  return names.length > 0
    ? `declared: ${names.join(', ')}`
    : 'declare it under values: in course.yaml or at the top of the chapter; {{ name }} with spaces is plain text';
}
