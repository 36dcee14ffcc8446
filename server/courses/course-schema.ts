import { z } from 'zod';
import { courseSandbox } from '#server/shared/sandbox-policy.ts';
import { valueSpecs } from './value-schema.ts';

const phrase = z.string().trim().min(1);

const source = z.strictObject({
  title: phrase.describe('the work that the course is taken from'),
  author: phrase.describe('who wrote that work'),
  licence: phrase.describe('the licence of that work'),
});

/** `course.yaml` of a course folder. */
export const courseFile = z.strictObject({
  title: phrase.max(80).describe('as students and teachers read it'),
  summary: phrase.max(400).describe('what a student can do afterwards, in one or two sentences'),
  authors: z.array(phrase).min(1).describe('who wrote the text'),
  licence: phrase.describe('the licence of the text, such as CC-BY-SA-4.0'),
  source: source.optional().describe('where the course is taken from, if it is'),
  translations: z
    .strictObject({ fr: z.strictObject({ title: phrase.max(80), summary: phrase.max(400) }) })
    .partial()
    .optional()
    .describe('title and summary in the other languages of its chapters'),
  sandbox: courseSandbox
    .prefault({})
    .describe('what the students’ sandboxes reach and may take; all of it may be left out'),
  values: valueSpecs.default({}).describe('ports, names and codes of each student’s own, by name'),
});
export type CourseFile = z.infer<typeof courseFile>;

/** The front matter of a `chapter.md`. */
export const chapterFrontMatter = z.strictObject({
  title: phrase.max(80),
  lead: phrase.max(400),
  minutes: z.int().min(1).max(600).describe('how long a student needs, roughly'),
  values: valueSpecs.default({}),
});
export type ChapterFrontMatter = z.infer<typeof chapterFrontMatter>;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'small letters, digits and dashes, beginning with a letter');

export const CAPABILITIES = [
  'shell',
  'containers',
  'systemd',
  'apptainer',
  'qemu',
  'virtualbox',
  'quota',
  'snapshot',
  'network',
] as const;

const words = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.enum(CAPABILITIES)));

const points = z
  .string()
  .regex(/^([1-9]|1\d|20)$/, 'a whole number from 1 to 20')
  .transform(Number);

export const stepAttributes = z.strictObject({
  id,
  title: phrase.max(80),
  goal: phrase.max(240),
  check: id.optional(),
  shows: phrase.optional(),
  needs: words.optional(),
  points: points.optional(),
});
const QUESTION_KINDS = ['choice', 'choices', 'text', 'order', 'match', 'free'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];
export const questionAttributes = z.strictObject({
  kind: z.enum(QUESTION_KINDS),
  accept: phrase.optional(),
  placeholder: phrase.max(60).optional(),
});
export const hintAttributes = z.strictObject({ when: id.optional() });
export const wrongAttributes = z.strictObject({ says: phrase, undo: phrase.optional() });
export const asideAttributes = z.strictObject({ title: phrase.max(80).optional() });
export const noAttributes = z.strictObject({});

/** Every container that a chapter may hold. */
export const CONTAINERS = ['step', 'hint', 'solution', 'question', 'explanation', 'wrong', 'note', 'aside'] as const;
export type ContainerName = (typeof CONTAINERS)[number];

/** One readable line per mistake, such as `goal: expected string, received undefined`. */
export function schemaMistakes(error: z.ZodError): string[] {
  return error.issues.map(schemaMistake);
}

export function schemaMistake(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.');
  // A record says of a name that it is not allowed, and why within.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  const what = issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : (inner ?? issue).message;
  return where ? `${where}: ${what}` : what;
}
