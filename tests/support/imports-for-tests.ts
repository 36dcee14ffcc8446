import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { newCourse } from '#server/authoring/new-course.ts';
import { CourseImports, type CourseSource } from '#server/course-imports/course-imports.ts';
import { IMPORT_LIMITS, type ImportLimits } from '#server/course-imports/import-limits.ts';
import { loadCourses } from '#server/courses/course-library.ts';
import { ManualClock } from './manual-clock.ts';
import { membersOf, tarOf } from './packed-course.ts';

export const contentDir = path.resolve('content');
const signal = new AbortController().signal;

type Overrides = Partial<Parameters<typeof CourseImports.open>[0]>;

/** A product's home in a folder of its own, with a course beside it that may be imported. */
export function importsForTests() {
  let above: string;
  beforeEach(() => {
    above = mkdtempSync(path.join(tmpdir(), 'imports-'));
    newCourse({ courseDir: path.join(above, 'files-basics'), contentDir });
  });
  afterEach(() => rmSync(above, { recursive: true }));
  const home = () => path.join(above, 'home/courses');
  return {
    above: () => above,
    home,
    courseDir: () => path.join(above, 'files-basics'),
    /** As a restart of the server opens them. */
    async open(overrides: Overrides = {}) {
      const tree = await loadCourses(contentDir);
      return CourseImports.open({
        tree,
        contentDir,
        home: home(),
        productHome: path.join(above, 'home'),
        git: { trustedHosts: [], caFile: null },
        loadImages: async () => null,
        clock: new ManualClock(),
        ...overrides,
      });
    },
    left: () => (existsSync(path.join(home(), 'incoming')) ? readdirSync(path.join(home(), 'incoming')) : []),
    members: () => membersOf(path.join(above, 'files-basics')),
    makeUnreadable: (file: string) => chmodSync(path.join(above, file), 0),
  };
}

export const bring = (imports: CourseImports, source: CourseSource) =>
  imports.import({ source, importedBy: 'Ada', signal });

export const archive = (bytes: Buffer): CourseSource => ({ kind: 'archive', archive: inPieces(bytes), name: 'x.tar' });

/** As a network brings it. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

export const packed = async (...members: Parameters<typeof tarOf>[0]) => archive(await tarOf(members));
export const small = (change: Partial<ImportLimits>): ImportLimits => ({ ...IMPORT_LIMITS, ...change });
