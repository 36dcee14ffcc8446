import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readText } from '../course-files.ts';
import { readYaml } from '../yaml-text.ts';
import { type CourseSources, lineOf, stepsOf } from './course-sources.ts';
import type { Finding } from './finding.ts';

/** Every step that the course ever had, by its key. Progress is kept by it: a retired one comes back for nobody. */
export const STEP_IDS_FILE = 'step-ids.yaml';

const STEP_KEY = /^[a-z][a-z0-9-]{0,40}\/[a-z][a-z0-9-]{0,40}$/;
const ledger = z.record(z.string().regex(STEP_KEY), z.enum(['used', 'retired']));
type Ledger = z.infer<typeof ledger>;

const HEAD = `# Every step that this course ever had. Progress is kept by these names: a retired one is never used again.
# Written by: npm run course:lint -- --note DIR
`;

/** Steps against the file of all ids. Without that file nobody can tell whether an id is used again. */
export function lintStepIds(sources: CourseSources): Finding[] {
  const file = `${sources.courseId}/${STEP_IDS_FILE}`;
  const text = readText(path.join(sources.courseDir, STEP_IDS_FILE));
  const note = `npm run course:lint -- --note ${sources.courseId}`;
  if (text === null) {
    const what = `there is no ${STEP_IDS_FILE}: whether an id is used again was not looked at`;
    return [{ severity: 'note', file, line: 1, what, remedy: `${note} writes it` }];
  }
  const read = readYaml(text, ledger);
  if (read.value === null) {
    const remedy = '<chapter id>/<step id>: used or retired';
    return read.mistakes.map(({ what, line }) => ({ severity: 'error', file, line: line ?? 1, what, remedy }));
  }
  const known = read.value;
  const steps = stepsInEnglish(sources);
  const gone = Object.keys(known).filter((key) => known[key] === 'used' && !steps.has(key));
  return [
    ...[...steps].flatMap(([key, at]) => stepFinding({ key, at, state: known[key], note })),
    ...gone.map((key): Finding => {
      const line = 1 + text.split('\n').findIndex((one) => one.startsWith(`${key}:`));
      const what = `the step ${key} is not there any more`;
      return { severity: 'warning', file, line, what, remedy: `put it back, or let ${note} retire its name for ever` };
    }),
  ];
}

type At = { file: string; line: number };
type KnownStep = { key: string; at: At; state: Ledger[string] | undefined; note: string };

function stepFinding({ key, at, state, note }: KnownStep): Finding[] {
  if (state === 'used') return [];
  if (state === 'retired') {
    const what = `the id ${key} belonged to a step that was removed`;
    const remedy = 'give the new step another id: who passed the old one would count as having passed this one';
    return [{ severity: 'error', ...at, what, remedy }];
  }
  return [{ severity: 'warning', ...at, what: `the id ${key} is not noted yet`, remedy: `${note} does it` }];
}

function stepsInEnglish({ pages }: CourseSources): Map<string, At> {
  const english = pages.filter(({ language }) => language === 'en');
  return new Map(
    english.flatMap((page) =>
      stepsOf(page).map(({ stepId, node }) => [`${page.chapterId}/${stepId}`, { file: page.file, line: lineOf(node) }]),
    ),
  );
}

/** Notes new ids as used and vanished ones as retired. A retired one stays so. Answers the file's name. */
export function noteStepIds(sources: CourseSources): string {
  const file = path.join(sources.courseDir, STEP_IDS_FILE);
  const known = readYaml(readText(file) ?? '{}', ledger).value;
  if (known === null) throw new Error(`${file} cannot be read: mend it first`);
  const steps = stepsInEnglish(sources);
  const all = [...new Set([...Object.keys(known), ...steps.keys()])].sort();
  const state = (key: string) => (known[key] !== 'retired' && steps.has(key) ? 'used' : 'retired');
  const text = HEAD + all.map((key) => `${key}: ${state(key)}\n`).join('');
  if (readText(file) !== text) writeFileSync(file, text);
  return file;
}
