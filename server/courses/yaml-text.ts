import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { schemaMistakes } from './course-schema.ts';

/** `line` counts from 1 within the text; null where nobody can tell. */
export type YamlMistake = { what: string; line: number | null };

/** Reads YAML into a shape. Either the value, or at least one mistake, at the line of the key or of the one above it. */
export function readYaml<S extends z.ZodType>(
  text: string,
  schema: S,
): { value: z.output<S> | null; mistakes: YamlMistake[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const broken = document.errors.map(({ message, pos }) => ({ what: message, line: lineAt(pos[0]) }));
  if (broken.length > 0) return { value: null, mistakes: broken };
  // Anchors that stand for one another without end are no settings of anybody.
  const read = schema.safeParse(document.toJS({ maxAliasCount: 10 }), { reportInput: true });
  if (read.success) return { value: read.data, mistakes: [] };
  const whats = schemaMistakes(read.error);
  const mistakes = read.error.issues.map((issue, index) => ({
    what: whats[index] ?? issue.message,
    line: lineAt(offsetOf(document, issue.path)),
  }));
  return { value: null, mistakes };
}

/** Where the value at the path begins; where it is missing, what it should stand in. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) return Number(node.range[0]);
  }
  return 0;
}
