import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { visit } from 'unist-util-visit';
import { chapterFolders, FIGURE_NAME } from '../course-files.ts';
import { type CourseSources, filesIn, stepsOf } from './course-sources.ts';
import type { Finding } from './finding.ts';

/** A class of thirty opens a chapter at once. */
const LARGEST_FIGURE_BYTES = 1024 ** 2;
const SYNTAX_TIMEOUT_MS = 10_000;

/** Figures and checks as files: names that nothing serves, scripts that bash cannot read, what no step uses. */
export function lintFiles(sources: CourseSources): Finding[] {
  return [...lintFigures(sources), ...lintChecks(sources)];
}

function lintFigures({ courseId, courseDir, pages }: CourseSources): Finding[] {
  return chapterFolders(courseDir).flatMap(({ folder }) => {
    const used = new Set<string>();
    for (const page of pages.filter((one) => one.folder === folder)) {
      visit(page.tree, 'image', (image) => void used.add(image.url));
    }
    return filesIn(courseDir, folder, 'figures').flatMap((name) => {
      const at = { file: `${courseId}/${folder}/figures/${name}`, line: 1 };
      return figureMistakes({ name, file: path.join(courseDir, folder, 'figures', name), used }).map((mistake) => ({
        ...at,
        ...mistake,
      }));
    });
  });
}

type Mistake = Pick<Finding, 'severity' | 'what' | 'remedy'>;

function figureMistakes({ name, file, used }: { name: string; file: string; used: Set<string> }): Mistake[] {
  if (!FIGURE_NAME.test(name)) {
    const remedy = 'small letters, digits and dashes, ending in .svg, .png or .webp';
    return [{ severity: 'error', what: `a figure called "${name}" is not served`, remedy }];
  }
  const found: Mistake[] = [];
  const bytes = statSync(file).size;
  if (bytes > LARGEST_FIGURE_BYTES) {
    const what = `the figure has ${Math.ceil(bytes / 1024)} KiB`;
    found.push({ severity: 'warning', what, remedy: 'keep it below 1024 KiB, or a class waits for it' });
  }
  if (!used.has(`figures/${name}`)) {
    found.push({ severity: 'warning', what: 'no text shows this figure', remedy: 'show it, or delete the file' });
  }
  if (name.endsWith('.svg') && /<script|\bon[a-z]+\s*=|href\s*=\s*["'](?!#)/i.test(readFileSync(file, 'utf8'))) {
    const remedy = 'take scripts, event attributes and links out of it: none of them works in a page';
    found.push({ severity: 'error', what: 'the figure holds a script or a link', remedy });
  }
  return found;
}

function lintChecks({ courseId, courseDir, pages }: CourseSources): Finding[] {
  const named = (folder: string | null) => {
    const steps = pages.filter((page) => folder === null || page.folder === folder).flatMap(stepsOf);
    return new Set(steps.map(({ node }) => node.attributes?.check));
  };
  const places = [null, ...chapterFolders(courseDir).map(({ folder }) => folder)];
  return places.flatMap((folder) => {
    const directory = path.join(courseDir, folder ?? '', 'checks');
    const used = named(folder);
    return filesIn(directory).flatMap((name) => {
      const at = { file: [courseId, folder, 'checks', name].filter(Boolean).join('/') };
      const unused: Finding[] = used.has(name.replace(/\.sh$/, ''))
        ? []
        : [{ ...at, line: 1, severity: 'warning', what: 'no step names this check', remedy: 'name it, or delete it' }];
      return [...unused, ...scriptMistakes(path.join(directory, name)).map((mistake) => ({ ...at, ...mistake }))];
    });
  });
}

/** bash reads the script and runs none of it. */
function scriptMistakes(file: string): (Mistake & { line: number })[] {
  const read = spawnSync('bash', ['-n', file], {
    encoding: 'utf8',
    timeout: SYNTAX_TIMEOUT_MS,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const told = /: line (\d+): (.*)/.exec(read.stderr ?? '');
  if (told) {
    const [, line, what = ''] = told;
    return [
      { severity: 'error', line: Number(line), what: `bash cannot read this: ${what}`, remedy: 'bash -n shows it' },
    ];
  }
  const script = readFileSync(file, 'utf8');
  return (['pass', 'fail'] as const)
    .filter((word) => !new RegExp(`^[^#]*\\b${word}\\b`, 'm').test(script))
    .map((word) => ({
      severity: 'error' as const,
      line: 1,
      what: `the check never says ${word}`,
      remedy: `a check ends with pass 'message' or fail 'message' 'seen' 'wanted'`,
    }));
}
