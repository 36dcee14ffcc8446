import type { Chapter, Step } from './course-model.ts';
import { seededNumber } from './shuffle.ts';
import type { ValueSpec, ValueSpecs } from './value-schema.ts';
import { WORDS } from './value-words.ts';

/** By their names. */
export type Values = Readonly<Record<string, string>>;

/** Without letters and digits that are taken for one another. */
const CODE_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A student's own values: the same for the same seed, and of one student no two the same where there are enough. */
export function studentValues(specs: ValueSpecs, seed: string): Values {
  const values: Record<string, string> = {};
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = drawValue(spec, { seed, name, taken: new Set(Object.values(values)) });
  }
  return values;
}

type Draw = { seed: string; name: string; taken: ReadonlySet<string> };

function drawValue(spec: ValueSpec, draw: Draw): string {
  switch (spec.kind) {
    case 'port':
    case 'number':
      return drawOne(spec.to - spec.from + 1, (place) => String(spec.from + place), draw);
    case 'word':
      return drawOf(WORDS[spec.list], draw);
    case 'choice':
      return drawOf(spec.of, draw);
    case 'code':
      return Array.from({ length: spec.length }, (_, place) => codeLetter(draw, place)).join('');
  }
}

const drawOf = (words: readonly string[], draw: Draw): string =>
  drawOne(words.length, (place) => words[place] ?? '', draw);

/** From the place that the seed decides on, the first that is not taken; where all are, that place. */
function drawOne(count: number, at: (place: number) => string, { seed, name, taken }: Draw): string {
  const first = seededNumber(seed, `value:${name}`, count);
  for (let further = 0; further < Math.min(count, taken.size + 1); further += 1) {
    const found = at((first + further) % count);
    if (!taken.has(found)) return found;
  }
  return at(first);
}

/** The first is a letter, so that a code is a name wherever one is wanted. */
function codeLetter({ seed, name }: Draw, place: number): string {
  const letters = place === 0 ? CODE_ALPHABET.replace(/\d/g, '') : CODE_ALPHABET;
  return letters.charAt(seededNumber(seed, `value:${name}:${place}`, letters.length));
}

/** As checks find them: `{{port}}` of the text is `$CH_VALUE_PORT`. */
export function valueVariables(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`CH_VALUE_${name.toUpperCase()}`, value]));
}

/** A chapter as the student with this seed has it: text, commands, questions, and what its proof wants to see. */
export function personalChapter(chapter: Chapter, seed: string): Chapter {
  const values = studentValues(chapter.values, seed);
  return fill(chapter, values);
}

/** One step likewise. */
export function personalStep(step: Step, seed: string): Step {
  return fill(step, studentValues(step.values, seed));
}

/** Scripts take values from their environment, never as text; what declares values holds none. */
const UNTOUCHED = new Set(['check', 'values']);

/** In a link's address Markdown has written the braces in percent. */
const PLACED = /\{\{([a-z][a-z0-9_]*)\}\}|%7B%7B([a-z][a-z0-9_]*)%7D%7D/g;

/** The same data with each `{{name}}` in each of its strings replaced. A name that is none stays as it is. */
function fill<T>(data: T, values: Values): T {
  if (Object.keys(values).length === 0) return data;
  return filled(data, values) as T;
}

function filled(data: unknown, values: Values): unknown {
  if (typeof data === 'string') {
    return data.replace(PLACED, (whole, plain: string | undefined, coded: string | undefined) => {
      const name = plain ?? coded ?? '';
      return Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
    });
  }
  if (Array.isArray(data)) return data.map((one: unknown) => filled(one, values));
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).map(([key, value]) => [key, UNTOUCHED.has(key) ? value : filled(value, values)]);
  return Object.fromEntries(entries);
}
