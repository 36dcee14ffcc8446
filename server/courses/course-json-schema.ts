import { z } from 'zod';
import { courseFile } from './course-schema.ts';

/** Beside the courses, for editors: `# yaml-language-server: $schema=../course.schema.json`. */
export const SCHEMA_FILE = 'course.schema.json';

/** The JSON schema of `course.yaml` as an author writes it, so that an editor completes and explains its keys. */
export function courseJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(courseFile, { io: 'input', target: 'draft-7' });
  return { $schema, title: 'course.yaml of Chapterhouse', ...schema };
}

/** As it is published: a change of the schema changes only the lines that it is about. */
export const courseJsonSchemaText = (): string => `${JSON.stringify(courseJsonSchema(), null, 2)}\n`;
