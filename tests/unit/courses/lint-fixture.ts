import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Finding } from '#server/courses/lint/finding.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';
import { FRONT, STEP } from './chapter-fixture.ts';

export const YAML = 'title: C\nsummary: S\nauthors: [A]\nlicence: CC0-1.0\n';

type CourseFolder = {
  /** The folder above the course, which is also the content folder with the helpers. */
  root(): string;
  courseDir(): string;
  write(file: string, text: string): void;
  remove(file: string): void;
  findings(): Finding[];
  /** As `severity file:line what`, the file without the course's folder. */
  complaints(): string[];
};

/** A small course without a mistake on disk, for each test anew: `unix` with the chapter `docker` and its step `one`. */
export function courseFolderForTests(): CourseFolder {
  let root: string;
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lint-'));
    write('unix/course.yaml', YAML);
    write('unix/commands.txt', 'docker\nls\nsystemctl\n');
    write('unix/sandbox/Dockerfile', 'FROM scratch\n');
    write('unix/step-ids.yaml', 'docker/one: used\n');
    write('unix/06-docker/chapter.md', FRONT + STEP);
    write('unix/06-docker/checks/ok.sh', `[ -e x ] && pass 'yes'\nfail 'no' 'seen' 'wanted'\n`);
    write('checks/lib.sh', 'pass() { exit 0; }\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const courseDir = () => path.join(root, 'unix');
  const findings = () => lintCourse({ courseDir: courseDir(), contentDir: root });
  return {
    root: () => root,
    courseDir,
    write,
    remove: (file) => rmSync(path.join(root, file)),
    findings,
    complaints: () =>
      findings().map(({ severity, file, line, what }) => `${severity} ${file.replace('unix/', '')}:${line} ${what}`),
  };
}
