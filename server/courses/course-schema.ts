import { z } from 'zod';
import { courseSandbox } from '#server/shared/sandbox-policy.ts';

const phrase = z.string().trim().min(1);

const source = z.strictObject({
  title: phrase.describe('the work that the course is taken from'),
  author: phrase,
  licence: phrase,
});

/** `course.yaml` of a course folder. */
export const courseFile = z.strictObject({
  title: phrase.max(80),
  summary: phrase.max(400),
  authors: z.array(phrase).min(1),
  licence: phrase.describe('the licence of the text, such as CC-BY-SA-4.0'),
  source: source.optional(),
  translations: z
    .strictObject({ fr: z.strictObject({ title: phrase.max(80), summary: phrase.max(400) }) })
    .partial()
    .optional(),
  sandbox: courseSandbox.prefault({}),
});
export type CourseFile = z.infer<typeof courseFile>;

/** The front matter of a `chapter.md`. */
export const chapterFrontMatter = z.strictObject({
  title: phrase.max(80),
  lead: phrase.max(400),
  minutes: z.int().min(1).max(600).describe('how long a student needs, roughly'),
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

export const stepAttributes = z.strictObject({
  id,
  title: phrase.max(80),
  goal: phrase.max(240),
  check: id.optional(),
  shows: phrase.optional(),
  needs: words.optional(),
});
export const questionAttributes = z.strictObject({
  kind: z.enum(['choice', 'choices', 'text']),
  accept: phrase.optional(),
  placeholder: phrase.max(60).optional(),
});
export const wrongAttributes = z.strictObject({ says: phrase, undo: phrase.optional() });
export const asideAttributes = z.strictObject({ title: phrase.max(80).optional() });
export const noAttributes = z.strictObject({});

/** Every container that a chapter may hold. */
export const CONTAINERS = ['step', 'hint', 'solution', 'question', 'explanation', 'wrong', 'note', 'aside'] as const;
export type ContainerName = (typeof CONTAINERS)[number];

/** One readable line per mistake, such as `goal: expected string, received undefined`. */
export function schemaMistakes(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const where = issue.path.join('.');
    const what = issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : issue.message;
    return where ? `${where}: ${what}` : what;
  });
}
