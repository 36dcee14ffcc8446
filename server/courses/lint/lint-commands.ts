import path from 'node:path';
import type { Code } from 'mdast';
import { visit } from 'unist-util-visit';
import { readText } from '../course-files.ts';
import { alike, commandWords } from './command-words.ts';
import { type ChapterPage, type CourseSources, lineOf } from './course-sources.ts';
import type { Finding } from './finding.ts';

/** Every command of the lab image, one a line; `npm run course:commands` writes it, an author may add to it. */
export const COMMANDS_FILE = 'commands.txt';

type Looking = {
  /** The folder whose lab image the course's students work in. */
  imageDir: string;
  /** What that image is made from now, where somebody knows. */
  imageDigest: string | null;
};

/** Names of commands that the lab image does not have. Blocks that run inside a container are not looked at. */
export function lintCommands({ courseId, pages }: CourseSources, { imageDir, imageDigest }: Looking): Finding[] {
  const image = path.basename(imageDir);
  const list = readText(path.join(imageDir, COMMANDS_FILE));
  const make = `npm run course:commands -- ${image}`;
  if (list === null) {
    const what = 'the spelling of commands was not looked at: there is no list of the lab image’s commands';
    return [
      { severity: 'note', file: `${courseId}/course.yaml`, line: 1, what, remedy: `${make} makes it from the image` },
    ];
  }
  const known = new Set(list.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
  const made = /^# sandbox folder: (\w+)$/m.exec(list)?.[1];
  const isOld = imageDigest !== null && made !== imageDigest;
  const old: Finding = {
    severity: 'note',
    file: `${image}/${COMMANDS_FILE}`,
    line: 1,
    what: 'the list is of an earlier lab image',
    remedy: `${make} makes it anew`,
  };
  return [
    ...(isOld ? [old] : []),
    ...pages.flatMap((page) => unknownCommands(page, { known, file: `${image}/${COMMANDS_FILE}` })),
  ];
}

function unknownCommands(page: ChapterPage, { known, file }: { known: Set<string>; file: string }): Finding[] {
  const findings: Finding[] = [];
  visit(page.tree, 'code', (code: Code) => {
    if (code.lang !== 'bash' || (code.meta !== 'run' && code.meta !== 'copy')) return;
    for (const { word, line } of commandWords(code.value)) {
      if (known.has(word)) continue;
      const meant = alike(word, known);
      findings.push({
        severity: 'warning',
        file: page.file,
        line: lineOf(code) + 1 + line,
        what: `the lab image has no command "${word}"${meant ? `; "${meant}" is meant?` : ''}`,
        remedy: `mend it; where an earlier step installs it, add a line "${word}" to ${file}`,
      });
    }
  });
  return findings;
}
