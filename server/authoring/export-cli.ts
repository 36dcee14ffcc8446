import path from 'node:path';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { countOf, tellFinding } from '#server/courses/lint/finding.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { AppError } from '#server/errors.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { defaultRegistries } from '#server/sandboxes/registry/default-registry.ts';
import { createMirror, MIRROR_HOST } from '#server/sandboxes/registry/mirror.ts';
import { CONTENT_DIR, courseDirOf } from './course-place.ts';
import { imagesOfCourse } from './export/images-of-course.ts';
import { packCourse } from './export/pack-course.ts';
import { untilInterrupted } from './prove/open-course-lab.ts';

const USAGE = `Usage: npm run course:export -- DIR [OUT.tar] [--image NAME]... [--no-images]
  Packs a course and the images that its chapters name into one archive, for a server without the internet: its admin
  uploads it under “Courses from elsewhere”. Images come from this machine's mirror; stand-ins are left out, since every
  server makes them.
  --image NAME       one more, which no chapter names
  --no-images        the course alone; needs no root and no mirror
  --engine-home DIR, --engine-index N   whose mirror (default: the product's)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    image: { type: 'string', multiple: true, default: [] },
    'no-images': { type: 'boolean', default: false },
    'engine-home': { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_HOME ?? '/var/lib/chapterhouse/engine' },
    'engine-index': { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_INDEX ?? '1' },
    help: { type: 'boolean' },
  },
});

/** The images' archive; null where the course needs none. */
async function imagesFor(courseDir: string, signal: AbortSignal): Promise<Readable | null> {
  if (values['no-images']) return null;
  const plan = planEngine({ home: path.resolve(values['engine-home']), index: Number(values['engine-index']) });
  const mirror = createMirror(plan);
  if (!(await mirror.running()))
    throw new AppError('host_incapable', 'no mirror runs here: start the server, or pack with --no-images');
  const known = { defaults: await defaultRegistries(plan.socket), mirror: MIRROR_HOST };
  const { images } = await mirror.view();
  const { needed, standIns, missing } = imagesOfCourse({ courseDir, images, known, more: values.image });
  for (const name of standIns) console.log(`left out, a stand-in: ${name}`);
  for (const name of missing) console.log(`NOT in the mirror: ${name}`);
  for (const { repository, tag } of needed) console.log(`packed: ${repository}:${tag}`);
  return needed.length === 0 ? null : mirror.save(needed, signal);
}

async function run(courseDir: string, file: string): Promise<void> {
  const errors = lintCourse({ courseDir, contentDir: CONTENT_DIR }).filter(({ severity }) => severity === 'error');
  for (const finding of errors) console.error(tellFinding(finding));
  if (countOf(errors, 'error') > 0) throw new AppError('course_invalid', 'a course with errors is imported nowhere');
  const signal = untilInterrupted();
  const ignored = await packCourse({ courseDir, file, images: await imagesFor(courseDir, signal), signal });
  if (ignored.length > 0) console.log(`no part of a course, left out: ${ignored.join(', ')}`);
  console.log(file);
}

const [typed, out, ...more] = positionals;
if (values.help || typed === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 64;
} else {
  const courseDir = courseDirOf(typed);
  try {
    await run(courseDir, path.resolve(out ?? `${path.basename(courseDir)}.course.tar`));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
