import type { CourseLibrary } from '#server/courses/course-library.ts';
import type { Chapter, Course, Language, Step } from '#server/courses/course-model.ts';
import { courseSummary } from '#server/courses/course-views.ts';
import { type LoadedCourse, loadCourse } from '#server/courses/load-course.ts';
import { AppError } from '#server/errors.ts';
import { courseFamily } from '#server/shared/course-version.ts';
import type { CourseSummary } from '#server/shared/views.ts';
import type { Version } from './version-files.ts';

type Loaded = { course: Course; chapters: Map<string, Chapter>; figures: Map<string, string> };

/** The courses of the content folder and the imported versions, as one library. */
export class ImportedLibrary implements CourseLibrary {
  readonly #tree: CourseLibrary;
  readonly #contentDir: string;
  readonly #versions = new Map<string, Loaded>();

  constructor(tree: CourseLibrary, contentDir: string) {
    this.#tree = tree;
    this.#contentDir = contentDir;
  }

  /** Answers what stands in the way of showing it; nothing: it is there from now on. */
  add({ courseId, courseDir }: Pick<Version, 'courseId' | 'courseDir'>): LoadedCourse['problems'] {
    const request = { contentDir: '', courseId, courseDir, previous: null, helpersDir: this.#contentDir };
    const { course, chapters, figures, problems } = loadCourse(request);
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (course !== null && errors.length === 0) this.#versions.set(courseId, { course, chapters, figures });
    return errors;
  }

  forget(courseId: string): void {
    this.#versions.delete(courseId);
  }

  list(language: Language = 'en'): CourseSummary[] {
    const imported = [...this.#versions.values()].map(({ course, chapters }) =>
      courseSummary(course, (id) => chapters.get(`${id}.${language}`) ?? null, language),
    );
    return [...this.#tree.list(language), ...imported];
  }

  /** Of each imported course the newest version alone. */
  offered(language: Language = 'en'): CourseSummary[] {
    const newest = new Map<string, number>();
    for (const id of this.#versions.keys()) {
      const { family, number } = courseFamily(id);
      newest.set(family, Math.max(newest.get(family) ?? 0, number ?? 0));
    }
    return this.list(language).filter(({ courseId }) => {
      const { family, number } = courseFamily(courseId);
      return !this.#versions.has(courseId) || newest.get(family) === number;
    });
  }

  course(courseId: string): Course {
    return this.#versions.get(courseId)?.course ?? this.#tree.course(courseId);
  }

  chapter(courseId: string, chapterId: string, language: Language = 'en'): Chapter {
    const version = this.#versions.get(courseId);
    if (!version) return this.#tree.chapter(courseId, chapterId, language);
    const found = version.chapters.get(`${chapterId}.${language}`) ?? version.chapters.get(`${chapterId}.en`);
    if (!found) throw new AppError('not_found', `course ${courseId} has no chapter ${chapterId}`);
    return found;
  }

  step(courseId: string, stepKey: string): Step {
    if (!this.#versions.has(courseId)) return this.#tree.step(courseId, stepKey);
    const found = this.course(courseId)
      .chapters.flatMap(({ steps }) => steps)
      .find((step) => step.stepKey === stepKey);
    if (!found) throw new AppError('step_unknown', `course ${courseId} has no step ${stepKey}`);
    return found;
  }

  /** Of the content folder alone: an imported version cannot be mended here. */
  problems() {
    return this.#tree.problems();
  }

  figureFile(courseId: string, chapterId: string, address: string): string {
    const version = this.#versions.get(courseId);
    if (!version) return this.#tree.figureFile(courseId, chapterId, address);
    const file = version.figures.get(`${chapterId}/${address}`);
    if (!file) throw new AppError('not_found', `chapter ${chapterId} of ${courseId} has no figure ${address}`);
    return file;
  }
}
