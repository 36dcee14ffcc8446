import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readText } from '#server/courses/course-files.ts';
import { COMMANDS_FILE } from '#server/courses/lint/lint-commands.ts';
import { imageDirOf } from '#server/courses/lint/lint-course.ts';
import { AppError } from '#server/errors.ts';
import { folderDigest, readFolder } from '#server/sandboxes/images/build-folder.ts';
import { CONTENT_DIR, courseDirOf } from './course-place.ts';
import { listOfCommands } from './list-of-commands.ts';
import { ENGINE_OPTIONS, ENGINE_USAGE, openCourseLab, untilInterrupted } from './prove/open-course-lab.ts';

const USAGE = `Usage: npm run course:commands -- DIR
  Writes every command of the course's lab image into ${COMMANDS_FILE}, by which course:lint finds misspelt ones.
${ENGINE_USAGE}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, ...ENGINE_OPTIONS },
});

async function write(courseDir: string): Promise<string> {
  const imageDir = imageDirOf({ courseDir, contentDir: CONTENT_DIR });
  const engine = { engineHome: values['engine-home'], engineIndex: values['engine-index'] };
  const lab = await openCourseLab({ courseDir, ...engine, signal: untilInterrupted() });
  try {
    const sandbox = await lab.freshSandbox({ network: 'none' });
    const argv = ['bash', '-lc', 'compgen -c'] as const;
    const ran = await sandbox.exec({ argv, user: 'student', timeoutMs: 20_000, maxOutputBytes: 1024 ** 2 });
    if (ran.exitCode !== 0 || ran.truncated)
      throw new AppError('internal', `bash did not list its commands: ${ran.stderr}`);
    const file = path.join(imageDir, COMMANDS_FILE);
    const digest = folderDigest(await readFolder(path.join(imageDir, 'sandbox')));
    writeFileSync(file, listOfCommands({ listed: ran.stdout, before: readText(file) ?? '', digest }));
    return file;
  } finally {
    await lab.close();
  }
}

const [typed, ...more] = positionals;
if (values.help || typed === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 64;
} else {
  try {
    console.log(await write(courseDirOf(typed)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
// The engine's watchers may hold the process a while longer.
process.exit();
