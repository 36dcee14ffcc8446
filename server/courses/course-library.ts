import path from 'node:path';
import { type Clock, systemClock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { CourseSummary } from '#server/shared/views.ts';
import { courseFolders, fingerprint } from './course-files.ts';
import type { Chapter, Course, CourseProblem, Language, Step } from './course-model.ts';
import { courseSummary } from './course-views.ts';
import { type LoadedCourse, loadCourse } from './load-course.ts';

/** An edit shows at the next page that is asked for after this long. */
const LOOK_AGAIN_MS = 1_000;

/** Every course of the content folder. What an author edits is read again by itself. */
export interface CourseLibrary {
  list(language?: Language): CourseSummary[];
  /** What a new class may choose. */
  offered(language?: Language): CourseSummary[];
  /** Throws `course_unknown`. */
  course(courseId: string): Course;
  /** In English where that language is not written. Throws `course_unknown` or `not_found`. */
  chapter(courseId: string, chapterId: string, language?: Language): Chapter;
  /** Throws `course_unknown` or `step_unknown`. */
  step(courseId: string, stepKey: string): Step;
  /** What authors have to mend, worst first. */
  problems(): CourseProblem[];
  /** The file of a figure that the chapter really has. Throws `course_unknown` or `not_found`. */
  figureFile(courseId: string, chapterId: string, address: string): string;
}

/** `lookAgainMs`: how old what was read may be before it is looked whether a file changed. */
export async function loadCourses(
  contentDir: string,
  clock: Clock = systemClock,
  lookAgainMs: number = LOOK_AGAIN_MS,
): Promise<CourseLibrary> {
  return new FolderLibrary(contentDir, clock, lookAgainMs);
}

class FolderLibrary implements CourseLibrary {
  readonly #contentDir: string;
  readonly #clock: Clock;
  readonly #lookAgainMs: number;
  readonly #loaded = new Map<string, LoadedCourse & { fingerprint: string }>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(contentDir: string, clock: Clock, lookAgainMs: number) {
    this.#contentDir = contentDir;
    this.#clock = clock;
    this.#lookAgainMs = lookAgainMs;
    this.#look();
  }

  list(language: Language = 'en'): CourseSummary[] {
    this.#look();
    return [...this.#loaded.values()].flatMap(({ course, chapters }) =>
      course ? [courseSummary(course, (id) => chapters.get(`${id}.${language}`) ?? null, language)] : [],
    );
  }

  offered(language: Language = 'en'): CourseSummary[] {
    return this.list(language);
  }

  course(courseId: string): Course {
    return this.#find(courseId).course;
  }

  chapter(courseId: string, chapterId: string, language: Language = 'en'): Chapter {
    const { chapters } = this.#find(courseId);
    const english = chapters.get(`${chapterId}.en`);
    if (!english) throw new AppError('not_found', `course ${courseId} has no chapter ${chapterId}`);
    return chapters.get(`${chapterId}.${language}`) ?? english;
  }

  step(courseId: string, stepKey: string): Step {
    const steps = this.course(courseId).chapters.flatMap((chapter) => chapter.steps);
    const found = steps.find((step) => step.stepKey === stepKey);
    if (!found) throw new AppError('step_unknown', `course ${courseId} has no step ${stepKey}`);
    return found;
  }

  problems(): CourseProblem[] {
    this.#look();
    const all = [...this.#loaded.values()].flatMap((loaded) => loaded.problems);
    return all.sort((a, b) => a.severity.localeCompare(b.severity));
  }

  figureFile(courseId: string, chapterId: string, address: string): string {
    const file = this.#find(courseId).figures.get(`${chapterId}/${address}`);
    if (!file) throw new AppError('not_found', `chapter ${chapterId} of ${courseId} has no figure ${address}`);
    return file;
  }

  #find(courseId: string) {
    this.#look();
    const found = this.#loaded.get(courseId);
    if (!found?.course) throw new AppError('course_unknown', `there is no course ${courseId}`);
    return { ...found, course: found.course };
  }

  #look(): void {
    const nowMs = this.#clock.now().getTime();
    if (nowMs - this.#lookedAtMs < this.#lookAgainMs) return;
    this.#lookedAtMs = nowMs;
    const courseIds = courseFolders(this.#contentDir);
    for (const gone of this.#loaded.keys()) if (!courseIds.includes(gone)) this.#loaded.delete(gone);
    const helpers = fingerprint(path.join(this.#contentDir, 'checks'));
    for (const courseId of courseIds) this.#reload(courseId, helpers);
  }

  #reload(courseId: string, helpers: string): void {
    const print = `${helpers}|${fingerprint(path.join(this.#contentDir, courseId))}`;
    const previous = this.#loaded.get(courseId) ?? null;
    if (previous?.fingerprint === print) return;
    const loaded = this.#load(courseId, previous);
    this.#loaded.set(courseId, { ...loaded, fingerprint: print });
    for (const { at, what, severity } of loaded.problems) log.warn('course.problem', { courseId, at, what, severity });
    log.info('course.loaded', { courseId, version: loaded.course?.version ?? null, problems: loaded.problems.length });
  }

  /** A course that cannot even be looked at is reported; the others and the server go on. */
  #load(courseId: string, previous: LoadedCourse | null): LoadedCourse {
    try {
      return loadCourse({ contentDir: this.#contentDir, courseId, previous });
    } catch (error) {
      log.error('course.unreadable', error, { courseId });
      const what = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      const problem: CourseProblem = { courseId, severity: 'error', at: courseId, what, remedy: null };
      const empty = { course: null, chapters: new Map(), figures: new Map() };
      return { ...(previous ?? empty), problems: [problem] };
    }
  }
}
