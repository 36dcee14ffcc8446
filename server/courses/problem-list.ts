import type { Node } from 'unist';
import type { CourseProblem } from './course-model.ts';

type Report = {
  what: string;
  remedy?: string;
  at?: Node | undefined;
  /** Where there is no node. */
  line?: number | undefined;
  severity?: CourseProblem['severity'];
};

/** Collects what an author has to mend in one file. */
export class ProblemList {
  readonly all: CourseProblem[] = [];
  readonly #courseId: string;
  readonly #file: string;

  constructor({ courseId, file }: { courseId: string; file: string }) {
    this.#courseId = courseId;
    this.#file = file;
  }

  add({ what, remedy, at, line = at?.position?.start.line, severity = 'error' }: Report): void {
    this.all.push({
      courseId: this.#courseId,
      severity,
      at: line === undefined ? this.#file : `${this.#file}:${line}`,
      what,
      remedy: remedy ?? null,
    });
  }

  get blocking(): boolean {
    return this.all.some((problem) => problem.severity === 'error');
  }
}
