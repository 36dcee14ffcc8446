import type { StepProgressView } from './protocol.ts';

export type ResultFigures = {
  /** Steps passed, of so many. */
  passed: number;
  total: number;
  points: { earned: number; total: number };
  /** Steps whose solution was opened before they were passed. */
  solutions: number;
};
export type StepResult = {
  stepKey: string;
  title: string;
  points: number;
  earned: number;
  passedAt: string | null;
  /** As the last check found them; none where the step has no parts. */
  partsDone: number;
  partsTotal: number;
  solution: StepProgressView['solution'];
};
export type ChapterResult = ResultFigures & {
  chapterId: string;
  number: number;
  title: string;
  steps: StepResult[];
};
/** What one student has done in a course. */
export type StudentResults = ResultFigures & {
  student: { enrollmentId: string; name: string; classroomId: string; classTitle: string };
  isOwn: boolean;
  courseId: string;
  courseTitle: string;
  chapters: ChapterResult[];
};
