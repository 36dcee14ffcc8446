import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { schemaMistake } from './course-schema.ts';

/** `line` counts from 1 within the text; null where something is missing altogether. */
export type YamlMistake = { what: string; line: number | null };

/** Reads YAML into a shape. Either the value, or at least one mistake. */
export function readYaml<S extends z.ZodType>(
  text: string,
  schema: S,
): { value: z.output<S> | null; mistakes: YamlMistake[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const [said = ''] = broken.message.split('\n');
    const what = said.replace(/ at line \d+, column \d+:?$/, '') || 'cannot be read';
    return { value: null, mistakes: [{ what, line: lines.linePos(broken.pos[0]).line }] };
  }
  const read = schema.safeParse(document.toJS(), { reportInput: true });
  if (read.success) return { value: read.data, mistakes: [] };
  const lineOf = (path: readonly PropertyKey[]): number | null => {
    const node = path.length > 0 ? document.getIn(path, true) : null;
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    return Array.isArray(range) ? lines.linePos(Number(range[0])).line : null;
  };
  const mistakes = read.error.issues.map((issue) => ({ what: schemaMistake(issue), line: lineOf(issue.path) }));
  return { value: null, mistakes };
}
