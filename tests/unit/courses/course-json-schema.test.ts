import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { courseFolders } from '#server/courses/course-files.ts';
import { courseJsonSchema, courseJsonSchemaText, SCHEMA_FILE } from '#server/courses/course-json-schema.ts';

const content = path.resolve('content');

test('the published schema is the one that the server reads courses by', () => {
  expect(readFileSync(path.join(content, SCHEMA_FILE), 'utf8'), 'run: npm run course:schema').toBe(
    courseJsonSchemaText(),
  );
});

test('an editor learns each key with its meaning, and which are needed', () => {
  const schema = courseJsonSchema() as { required: string[]; properties: Record<string, { description?: string }> };
  expect(schema.required).toEqual(['title', 'summary', 'authors', 'licence']);
  for (const [key, { description }] of Object.entries(schema.properties)) expect(description, key).toBeTruthy();
});

test('each course of the repository names the schema', () => {
  for (const name of courseFolders(content)) {
    const [first] = readFileSync(path.join(content, name, 'course.yaml'), 'utf8').split('\n');
    expect(first).toBe(`# yaml-language-server: $schema=../${SCHEMA_FILE}`);
  }
});
