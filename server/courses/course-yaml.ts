import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { schemaMistakes } from './course-schema.ts';

/** `line` is counted from 1 in the text that was read. */
export type YamlMistake = { what: string; line: number };
export type ReadYaml<T> = { data: T; mistakes: [] } | { data: null; mistakes: YamlMistake[] };

/** Reads YAML by a schema. Each mistake is told with the line of the key that it is about, or of the one above it. */
export function readYaml<S extends z.ZodType>(text: string, schema: S): ReadYaml<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const broken = document.errors.map(({ message, pos }) => ({ what: message, line: lineAt(pos[0]) }));
  if (broken.length > 0) return { data: null, mistakes: broken };
  // Anchors that stand for one another without end are no settings of anybody.
  const read = schema.safeParse(document.toJS({ maxAliasCount: 10 }), { reportInput: true });
  if (read.success) return { data: read.data, mistakes: [] };
  const whats = schemaMistakes(read.error);
  return {
    data: null,
    mistakes: read.error.issues.map((issue, index) => ({
      what: whats[index] ?? issue.message,
      line: lineAt(offsetOf(document, issue.path)),
    })),
  };
}

/** Where the value at the path begins; where it is missing, what it should stand in. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) return Number(node.range[0]);
  }
  return 0;
}
