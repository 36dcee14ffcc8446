import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readText } from '#server/courses/course-files.ts';
import { AppError } from '#server/errors.ts';

const part = z.object({
  title: z.string().optional(),
  text: z.string().optional(),
  foreground: z.string().optional(),
  background: z.string().optional(),
  verify: z.string().optional(),
});
export type ScenarioPart = z.infer<typeof part>;

/** `index.json` of a scenario, as far as a course can use it. */
const scenario = z.object({
  title: z.string().default(''),
  description: z.string().default(''),
  time: z.string().optional(),
  details: z.object({
    intro: part.optional(),
    steps: z.array(part).default([]),
    finish: part.optional(),
    assets: z.record(z.string(), z.array(z.object({ file: z.string(), target: z.string().default('') }))).default({}),
  }),
  backend: z.object({ imageid: z.string().default('') }).prefault({}),
});

export type Scenario = z.infer<typeof scenario> & {
  /** Its folder, absolute, and as the report names it. */
  directory: string;
  name: string;
};

const structure = z.object({ items: z.array(z.object({ path: z.string() })) });

/** One scenario, or all of a folder of them in the order of `structure.json`, else by name. Throws `bad_request`. */
export function readScenarios(directory: string): Scenario[] {
  const root = path.resolve(directory);
  if (readText(path.join(root, 'index.json')) !== null) return [readScenario(root)];
  const named = readText(path.join(root, 'structure.json'));
  const folders =
    named === null ? foldersOf(root) : parse(named, structure, 'structure.json').items.map((one) => one.path);
  const found = folders
    .map((folder) => inside(root, folder))
    .filter((folder) => readText(path.join(folder, 'index.json')) !== null)
    .map(readScenario);
  if (found.length === 0) throw new AppError('bad_request', `${root} has no index.json, and no folder in it has one`);
  return found;
}

function readScenario(directory: string): Scenario {
  const name = path.basename(directory);
  const text = readText(path.join(directory, 'index.json')) ?? '';
  return { ...parse(text, scenario, `${name}/index.json`), directory, name };
}

function parse<T>(text: string, schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('bad_request', `${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

const foldersOf = (root: string) =>
  readdirSync(root)
    .filter((name) => statSync(path.join(root, name)).isDirectory())
    .sort();

/** A path of a scenario, never one that leads out of it. */
export function inside(directory: string, named: string): string {
  const found = path.resolve(directory, named);
  if (found !== directory && !found.startsWith(`${directory}/`))
    throw new AppError('bad_request', `${named} leads out of ${directory}`);
  return found;
}
