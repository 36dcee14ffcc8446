import type { Root } from 'hast';
import type { Capability } from '#server/sandboxes/driver.ts';
import type { CourseSandbox } from '#server/shared/sandbox-policy.ts';
import type { CourseCredits } from '#server/shared/views.ts';
import type { ValueSpecs } from './value-schema.ts';

export const LANGUAGES = ['en', 'fr'] as const;
/** Languages a chapter may be written in. English is the one every chapter has. */
export type Language = (typeof LANGUAGES)[number];

export type Course = {
  courseId: string;
  title: string;
  summary: string;
  credits: CourseCredits;
  /** What its sandboxes may reach and take; what is left out comes from the machine. */
  sandbox: CourseSandbox;
  /** What differs from student to student in all its chapters. */
  values: ValueSpecs;
  translations: { fr?: { title: string; summary: string } | undefined };
  /** In reading order, in English; `library.chapter` gives the other languages. */
  chapters: Chapter[];
  /** Changes with any file that a student or a check sees. */
  version: string;
};

export type Chapter = {
  chapterId: string;
  number: number;
  title: string;
  /** One or two sentences under the title. */
  lead: string;
  minutes: number;
  language: Language;
  /** The course's and its own: what `{{name}}` stands for. */
  values: ValueSpecs;
  intro: Root;
  steps: Step[];
  outro: Root | null;
  version: string;
};

/** A step is verified by a check or by a question, never by both. */
export type Step = {
  /** `<chapterId>/<stepId>`: names progress for ever. */
  stepKey: string;
  stepId: string;
  number: number;
  title: string;
  goal: string;
  body: Root;
  hints: Hint[];
  solution: Root | null;
  question: Question | null;
  check: StepCheck | null;
  needs: Capability[];
  /** What the whole step is worth. */
  points: number;
  /** Those of its chapter. */
  values: ValueSpecs;
  /** The runnable blocks of the body in order; a block may have several lines. */
  commands: string[];
  solutionCommands: string[];
  /** For the proof only: what the terminal must show when the commands have been run. */
  shows: string | null;
  /** For the proof of the chapter only: never sent to a browser. */
  wrong: WrongAnswer[];
};

/** `when`: the key that the check names when this hint fits what it saw; null: for anybody, in order. */
export type Hint = { when: string | null; body: Root };

export type Choice = { id: string; label: string; correct: boolean };

/** A left side of a question of kind match, and which of the options belongs to it. */
export type MatchPair = { left: string; right: number };

export type Question =
  | { kind: 'choice' | 'choices'; choices: Choice[]; explanation: string }
  | { kind: 'text'; accept: string[]; placeholder: string; explanation: string }
  /** `lines` stand in the right order. */
  | { kind: 'order'; lines: string[]; explanation: string }
  | { kind: 'match'; heads: [string, string]; pairs: MatchPair[]; options: string[]; explanation: string }
  /** For the teacher to read: no answer is wrong. */
  | { kind: 'free'; placeholder: string; explanation: string };

/** A bash script for `bash -s`, run as root of the sandbox outside the student's shell. */
export type StepCheck = { script: string; timeoutMs: number };

/** Commands that must not pass, and a piece of the message they must get; `undo` makes the way free again. */
export type WrongAnswer = { commands: string[]; says: string; undo: string[] };

/** What an author has to mend. An `error` keeps the chapter from being shown; a `warning` only drops a part of it. */
export type CourseProblem = {
  courseId: string;
  severity: 'error' | 'warning';
  /** `virtualization/06-docker/chapter.md:12` */
  at: string;
  what: string;
  /** What is allowed there. */
  remedy: string | null;
};
