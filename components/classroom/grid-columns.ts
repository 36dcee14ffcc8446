import type { CourseSummary, StepSummary } from '#server/shared/views.ts';

/** One step as a column of the grid; `position` counts within its chapter from 1. */
export type GridColumn = StepSummary & { position: number; chapter: GridChapter };
export type GridChapter = { chapterId: string; number: number; title: string; steps: number; hasValues: boolean };

/** The course's steps in reading order. Chapters without steps have no columns. */
export function gridColumns(course: CourseSummary): GridColumn[] {
  return course.chapters.flatMap(({ chapterId, number, title, steps, hasValues }) => {
    const chapter = { chapterId, number, title, steps: steps.length, hasValues };
    return steps.map((step, index) => ({ ...step, position: index + 1, chapter }));
  });
}

/** The chapters that have columns, in order. */
export function gridChapters(columns: readonly GridColumn[]): GridChapter[] {
  return [...new Set(columns.map((column) => column.chapter))];
}
