import { inOrder } from '#server/courses/lint/finding.ts';
import { lintCourse } from '#server/courses/lint/lint-course.ts';

/** `look-over-cli.ts COURSE_DIR CONTENT_DIR`: what lint says, as JSON. See look-over.ts. */
const [courseDir = '', contentDir = ''] = process.argv.slice(2);
console.log(JSON.stringify(inOrder(lintCourse({ courseDir, contentDir }))));
