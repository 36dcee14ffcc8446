import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIGURE_NAME, readText } from '#server/courses/course-files.ts';
import { courseJsonSchemaText, SCHEMA_FILE } from '#server/courses/course-json-schema.ts';
import { readSources } from '#server/courses/lint/course-sources.ts';
import { COURSE_ID } from '#server/courses/lint/lint-course.ts';
import { noteStepIds } from '#server/courses/lint/step-ids.ts';
import { AppError } from '#server/errors.ts';
import { chapterMarkdown, type StepText, yaml } from './chapter-text.ts';
import { type ConvertedText, TextConverter } from './convert-text.ts';
import { type Loss, LossList } from './loss-list.ts';
import { inside, readScenarios, type Scenario, type ScenarioPart } from './scenario-files.ts';
import { verifyCheck } from './verify-check.ts';

type ImportKillercoda = { from: string; courseDir: string };

const MINUTES_A_STEP = 5;
const MOST_CHAPTERS = 99;

/** Makes a course of one scenario or of a folder of them, a chapter each, and tells what could not be taken over. */
export function importKillercoda({ from, courseDir }: ImportKillercoda): Loss[] {
  const courseId = path.basename(courseDir);
  if (!COURSE_ID.test(courseId)) throw new AppError('bad_request', `"${courseId}" cannot be a course's name`);
  if (existsSync(courseDir) && readdirSync(courseDir).length > 0)
    throw new AppError('bad_request', `${courseDir} is not empty: name a folder that is not there yet`);
  const scenarios = readScenarios(from);
  if (scenarios.length > MOST_CHAPTERS) throw new AppError('bad_request', `more than ${MOST_CHAPTERS} scenarios`);
  const losses = new LossList();
  mkdirSync(courseDir, { recursive: true });
  const names = new Set<string>();
  for (const [index, scenario] of scenarios.entries()) {
    const number = String(index + 1).padStart(2, '0');
    const chapterDir = path.join(courseDir, `${number}-${slug(scenario.name, names, 'chapter')}`);
    writeChapter(scenario, { chapterDir, losses });
  }
  writeFileSync(path.join(courseDir, SCHEMA_FILE), courseJsonSchemaText());
  writeFileSync(path.join(courseDir, 'course.yaml'), courseYaml(scenarios));
  noteStepIds(readSources(courseDir));
  writeFileSync(path.join(courseDir, 'IMPORT.md'), reportMarkdown(losses.all));
  return losses.all;
}

function courseYaml([first, ...more]: readonly Scenario[]): string {
  const title = first?.title || first?.name || '';
  return [
    `# yaml-language-server: $schema=${SCHEMA_FILE}`,
    `title: ${yaml(title, 80)}`,
    `summary: ${yaml(first?.description || title, 400)}${more.length > 0 ? ` # and ${more.length} more` : ''}`,
    'authors: [The authors of the scenario] # name them',
    'licence: unknown # ask them',
    '',
  ].join('\n');
}

type Chapter = { chapterDir: string; losses: LossList };

function writeChapter(scenario: Scenario, { chapterDir, losses }: Chapter): void {
  const { details, backend, title, name, description } = scenario;
  mkdirSync(path.join(chapterDir, 'checks'), { recursive: true });
  const index = `${name}/index.json`;
  const converted = (part: ScenarioPart | undefined, what: string) =>
    convertPart(part, { scenario, chapterDir, losses, what });
  if (/kube|k3s/i.test(backend.imageid))
    losses.add(
      index,
      1,
      `the environment ${backend.imageid}`,
      'a sandbox has Docker and no Kubernetes: rewrite what needs it',
    );
  for (const { file, target } of Object.values(details.assets).flat())
    losses.add(
      index,
      1,
      `the file ${file} for ${target || 'the home folder'}`,
      'let a step make it, or a command write it',
    );
  const intro = converted(details.intro, 'the introduction').body;
  const ids = new Set<string>();
  const steps = details.steps.map((part, at): StepText => {
    const id = slug(part.title ?? `step-${at + 1}`, ids, 'step');
    const text = converted(part, `the step "${id}"`);
    const check = writeCheck(part, { id, scenario, chapterDir, losses });
    return { id, title: part.title ?? `Step ${at + 1}`, check, text };
  });
  if (steps.length === 0) steps.push(emptyStep(index, losses));
  const outro = converted(details.finish, 'the ending').body;
  const minutes = Number(/\d+/.exec(scenario.time ?? '')?.[0] ?? 0) || steps.length * MINUTES_A_STEP;
  const about = { title: title || name, lead: description || title || name, minutes: Math.min(600, minutes) };
  writeFileSync(path.join(chapterDir, 'chapter.md'), chapterMarkdown({ ...about, intro, steps, outro }));
}

/** A chapter has a step at least. */
function emptyStep(index: string, losses: LossList): StepText {
  losses.add(index, 1, 'the scenario has no steps', 'divide its text into steps');
  return { id: 'read', title: 'Read', check: null, text: { body: '', hints: [], solution: null } };
}

type PartPlace = Chapter & { scenario: Scenario; what: string };

function convertPart(part: ScenarioPart | undefined, place: PartPlace): ConvertedText {
  const { scenario, losses, chapterDir, what } = place;
  for (const kind of ['foreground', 'background'] as const) {
    const script = part?.[kind];
    if (script === undefined) continue;
    const runs = kind === 'foreground' ? 'is typed into the terminal when it begins' : 'runs as root when it begins';
    losses.add(
      `${scenario.name}/${script}`,
      1,
      `the ${kind} script of ${what}, which ${runs}`,
      'let the text run what is needed, or put it into the lab image',
    );
  }
  if (part?.text === undefined) return { body: '', hints: [], solution: null };
  const file = inside(scenario.directory, part.text);
  const text = readText(file);
  const told = `${scenario.name}/${part.text}`;
  if (text === null) losses.add(told, 1, 'there is no such file', 'write the text');
  const figure = (address: string) => takeFigure(address, { from: path.dirname(file), scenario, chapterDir });
  return new TextConverter({ text: text ?? '', file: told, losses, figure }).convert();
}

type FigurePlace = { from: string; scenario: Scenario; chapterDir: string };

/** Copies a picture of the scenario, or of the folder around it, under a name that is served. */
function takeFigure(address: string, { from, scenario, chapterDir }: FigurePlace): string | null {
  if (/^[a-z]+:|^\/\//i.test(address)) return null;
  const root = path.dirname(scenario.directory);
  const file = address.startsWith('/') ? path.join(root, address) : path.resolve(from, address);
  if (!file.startsWith(`${root}/`) || !existsSync(file)) return null;
  const { name, ext } = path.parse(file);
  const served = `${slug(name, new Set(), 'figure')}${ext.toLowerCase()}`;
  if (!FIGURE_NAME.test(served)) return null;
  mkdirSync(path.join(chapterDir, 'figures'), { recursive: true });
  copyFileSync(file, path.join(chapterDir, 'figures', served));
  return `figures/${served}`;
}

type CheckPlace = Chapter & { id: string; scenario: Scenario };

function writeCheck({ verify }: ScenarioPart, { id, scenario, chapterDir, losses }: CheckPlace): string | null {
  const script = verify === undefined ? null : readText(inside(scenario.directory, verify));
  const file = `${scenario.name}/${verify ?? 'index.json'}`;
  if (script === null) {
    const what = verify === undefined ? `nothing verifies the step "${id}"` : 'there is no such file';
    losses.add(file, 1, what, 'the student is asked whether it is done: write a check, or a real question');
    return null;
  }
  losses.add(
    file,
    1,
    `the check "${id}" says only yes or no`,
    `let it say what it saw and what it wanted: checks/${id}.sh`,
  );
  if (/\/root\b/.test(script))
    losses.add(file, 1, 'it looks into /root', 'students are not root here: their home is ~');
  writeFileSync(path.join(chapterDir, 'checks', `${id}.sh`), verifyCheck(script));
  return id;
}

/** A name of small letters, digits and dashes that is not taken yet. */
function slug(text: string, taken: Set<string>, fallback: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const dashed = plain.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');
  const base = dashed.slice(0, 36).replace(/-+$/, '') || fallback;
  let name = base;
  for (let more = 2; taken.has(name); more++) name = `${base}-${more}`;
  taken.add(name);
  return name;
}

function reportMarkdown(losses: readonly Loss[]): string {
  const lines = losses.map(({ file, line, what, remedy }) => `- \`${file}:${line}\`: ${what}. To do: ${remedy}.`);
  return `# What could not be taken over\n\n${lines.join('\n') || 'Nothing: everything is here.'}\n`;
}
