import { z } from 'zod';

/** Words of template languages that stand in double braces in commands a course shows: no value has such a name. */
const TEMPLATE_WORDS = ['end', 'else', 'break', 'continue'];

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}$/, 'a name has small letters, digits and underscores, and begins with a letter')
  .refine((given) => !TEMPLATE_WORDS.includes(given), 'this name belongs to template languages');

/** What a value may consist of: nothing that a shell, a file name, an image name or a page reads as more than text. */
const word = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'small letters, digits and dashes, beginning with a letter');

const LISTS = ['animals', 'colours', 'trees'] as const;
export type WordList = (typeof LISTS)[number];

const isRange = ({ from, to }: { from: number; to: number }) => from < to;
const RANGE = { message: 'from must be smaller than to', path: ['from'] };
const port = z.int().min(1024).max(65_535);
const amount = z.int().min(0).max(999_999_999);

const valueSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port'), from: port.default(8000), to: port.default(8999) }).refine(isRange, RANGE),
  z.strictObject({ kind: z.literal('number'), from: amount, to: amount }).refine(isRange, RANGE),
  z.strictObject({ kind: z.literal('word'), list: z.enum(LISTS) }),
  z.strictObject({ kind: z.literal('choice'), of: z.array(word).min(2).max(200) }),
  z.strictObject({ kind: z.literal('code'), length: z.int().min(4).max(32).default(8) }),
]);
export type ValueSpec = z.infer<typeof valueSpec>;

/** `values:` of a course or a chapter: what differs from student to student, by its name. */
export const valueSpecs = z.record(name, valueSpec);
export type ValueSpecs = z.infer<typeof valueSpecs>;

export const VALUES_REMEDY =
  'values: name: {kind: port, from, to}, {kind: number, from, to}, {kind: word, list: animals, colours or trees}, ' +
  '{kind: choice, of: [one, other]} or {kind: code, length}';

/** `{{name}}` as an author writes it. Names of other things in braces, such as `{{.State}}`, are none. */
const PLACEHOLDER = /\{\{([a-z][a-z0-9_]*)\}\}/g;

/** The names in double braces on one line, template words left out. */
export const namesIn = (line: string): string[] =>
  [...line.matchAll(PLACEHOLDER)].map((found) => found[1] ?? '').filter((found) => !TEMPLATE_WORDS.includes(found));
