/** A course that was imported has versions; each is a course of its own to everything but the class that moves on. */
const VERSION = /^(.+)--v([1-9]\d{0,5})$/;

export const versionId = (family: string, number: number): string => `${family}--v${number}`;

/** `family` names what the versions have in common; `number` is null for a course of the content folder. */
export function courseFamily(courseId: string): { family: string; number: number | null } {
  const [, family, number] = VERSION.exec(courseId) ?? [];
  return family === undefined ? { family: courseId, number: null } : { family, number: Number(number) };
}

/** What a class notices when it goes from one version to another. */
export type StepChanges = { added: string[]; removed: string[]; changed: string[] };

/** Where an imported version came from. */
export type CourseOrigin = { kind: 'directory' | 'archive' | 'git'; where: string; revision: string | null };

export type ImportedVersionView = {
  courseId: string;
  family: string;
  number: number;
  title: string;
  steps: number;
  importedAt: string;
  importedBy: string;
  origin: CourseOrigin;
  /** Classes that work with it, closed ones included. */
  classes: number;
};

/** Something that the admin should know of an import, in the words of `course:lint`. */
export type ImportFinding = {
  severity: 'error' | 'warning' | 'note';
  file: string;
  line: number;
  what: string;
  remedy: string;
};

/** `unchanged`: the newest version is the same course already. */
export type TakenImport = {
  outcome: 'imported' | 'unchanged';
  courseId: string;
  number: number;
  findings: ImportFinding[];
  /** Files that are no part of a course. */
  ignored: string[];
  /** What is in the mirror now. */
  images: string[];
};
export type ImportReport = TakenImport | { outcome: 'refused'; findings: ImportFinding[] };

/** What the teacher of a class may choose. `newest` is null where there is nothing to move to. */
export type ClassCourseView = {
  number: number;
  newest: { courseId: string; number: number; changes: StepChanges } | null;
};
