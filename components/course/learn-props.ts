import type { ReactNode } from 'react';
import type { SandboxView, StepProgressView } from '#server/shared/protocol.ts';
import type { RecordingNotice } from '#server/shared/recording-policy.ts';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';
import type {
  ActionResult,
  Answer,
  ChapterSummary,
  CourseCredits,
  Help,
  SnapshotList,
  StepMeta,
  ViewerView,
} from '#server/shared/views.ts';

/** What a step says, already drawn on the server. */
export type StepProse = {
  body: ReactNode;
  /** `when`: for a check that names this key; null: for anybody. */
  hints: { when: string | null; body: ReactNode }[];
  solution: ReactNode | null;
};

export type ChapterPlace = {
  courseId: string;
  courseTitle: string;
  credits: CourseCredits;
  chapters: ChapterSummary[];
  chapter: ChapterSummary;
};

export type AnswerReply = { step: StepProgressView; explanation: string | null };

/** What a student does with the states they keep; each answers what is kept then. */
export type SnapshotActions = {
  list: () => Promise<ActionResult<SnapshotList>>;
  save: (name: string) => Promise<ActionResult<SnapshotList>>;
  rename: (given: { snapshotId: string; name: string }) => Promise<ActionResult<SnapshotList>>;
  remove: (snapshotId: string) => Promise<ActionResult<SnapshotList>>;
  restore: (snapshotId: string) => Promise<ActionResult<SandboxView>>;
};

/** The page's server actions. Each names the enrollment itself. */
export type LearnActions = {
  checkNow: (stepKey: string) => Promise<ActionResult<null>>;
  answer: (input: { stepKey: string; answer: Answer }) => Promise<ActionResult<AnswerReply>>;
  /** Help was opened; nothing of the page waits for it. */
  noteHelp: (input: { stepKey: string; help: Help }) => Promise<ActionResult<null>>;
  startSandbox: () => Promise<ActionResult<SandboxView>>;
  resetSandbox: () => Promise<ActionResult<SandboxView>>;
  /** A fresh sandbox with the steps before this one done. */
  prepareStep: (stepKey: string) => Promise<ActionResult<SandboxView>>;
  extendSandbox: () => Promise<ActionResult<SandboxView>>;
  /** Somebody sits here, though nothing is typed. */
  staySandbox: () => Promise<ActionResult<SandboxView>>;
  keepLayout: (layout: TerminalLayout) => Promise<ActionResult<null>>;
  snapshots: SnapshotActions;
  /** The student read that recordings are kept for so many days. */
  confirmRecording: (days: number) => Promise<ActionResult<RecordingNotice | null>>;
  returnLink: (() => Promise<ActionResult<string>>) | null;
};

export type LearnPageProps = {
  viewer: ViewerView;
  place: ChapterPlace;
  /** `?class=…` of links within the course. */
  classroomId: string;
  classTitle: string;
  enrollmentId: string;
  lead: string;
  intro: ReactNode;
  outro: ReactNode | null;
  steps: StepMeta[];
  /** Capabilities each step needs, by step key. What is missing is known once the sandbox stands. */
  needs: Record<string, string[]>;
  prose: Record<string, StepProse>;
  /** Explanations of questions already answered, by step key. */
  explanations: Record<string, string>;
  progress: Record<string, StepProgressView>;
  sandbox: SandboxView;
  /** Null where the class does not record its terminals. */
  recording: RecordingNotice | null;
  /** There are some of this student to watch. */
  hasRecordings: boolean;
  /** How the student's shells stood when they left. */
  layout: TerminalLayout;
  actions: LearnActions;
};
