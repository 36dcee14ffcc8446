import type { ContainerDirective } from 'mdast-util-directive';
import type { z } from 'zod';
import { schemaMistakes } from './course-schema.ts';
import type { ProblemList } from './problem-list.ts';

/** Reads the attributes of a container; each mistake is reported at its line. */
export function readAttributes<S extends z.ZodObject>(
  node: ContainerDirective,
  schema: S,
  problems: ProblemList,
): z.output<S> | null {
  const read = schema.safeParse(node.attributes ?? {}, { reportInput: true });
  if (read.success) return read.data;
  const allowed = Object.keys(schema.shape).join(', ') || 'none';
  for (const what of schemaMistakes(read.error)) {
    problems.add({ what: `${node.name}: ${what}`, remedy: `attributes of ${node.name}: ${allowed}`, at: node });
  }
  return null;
}
