import path from 'node:path';
import type { Clock } from './clock.ts';
import type { Host } from './compose-host.ts';
import type { Config } from './config.ts';
import { CourseImports } from './course-imports/course-imports.ts';
import { loadCourses } from './courses/course-library.ts';
import { log } from './log.ts';

/** An author sees what they saved before they have looked up. */
const LIVE_LOOK_MS = 150;

type CourseParts = {
  config: Config;
  clock: Clock;
  /** Asked when images come: the host is looked at later than the courses. */
  mirror: () => Host['mirror'];
};

/** The courses of the content folder, and those from outside, which are kept in the web process's own part of the home. */
export async function composeCourses({ config, clock, mirror }: CourseParts): Promise<CourseImports> {
  const tree = await loadCourses(config.contentDir, clock, config.liveCourses ? LIVE_LOOK_MS : undefined);
  for (const problem of tree.problems()) log.warn('course.problem', { ...problem });
  return CourseImports.open({
    tree,
    contentDir: config.contentDir,
    home: path.join(config.webHome, 'courses'),
    productHome: config.home,
    git: config.courseGit,
    loadImages: async (archive, signal) => (await mirror()?.load(archive, signal)) ?? null,
    clock,
  });
}
