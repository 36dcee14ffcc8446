import path from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENT_DIR } from './course-place.ts';
import { newCourse } from './new-course.ts';

const USAGE = `Usage: npm run course:new -- DIR
  Makes a small course in DIR, whose last part becomes the course's id: one chapter with a check and a question.`;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean' } } });
const [typed, ...more] = positionals;

if (values.help || typed === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 64;
} else {
  const courseDir = path.resolve(typed);
  try {
    newCourse({ courseDir, contentDir: CONTENT_DIR });
    console.log(`${courseDir} is there. Next:
  npm run course:lint -- ${typed}     what is wrong with it
  npm run course:prove -- ${typed}    does each step in a real sandbox
  The format: content/README.md`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
