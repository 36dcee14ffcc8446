/** Shapes that pages draw. Plain data: they cross from the server to the browser as props. */
import type { ErrorCode } from './error-codes.ts';
import type {
  CheckOutcome,
  EndingWarning,
  SandboxEnding,
  SandboxPhase,
  SandboxView,
  StepProgressView,
  StudentRow,
} from './protocol.ts';
import type { KernelLimit, LimitAmounts, MachineLimits, SandboxLimits } from './sandbox-policy.ts';

export type Role = 'student' | 'teacher' | 'admin';

/** Who is signed in, as the top bar shows it. */
export type ViewerView = { userId: string; name: string; role: Role; isGuest: boolean };

/** The result of an action a page called: data, or the code whose words the page shows. */
export type ActionResult<T> = { ok: true; value: T } | { ok: false; code: ErrorCode };

export type CourseSummary = {
  courseId: string;
  title: string;
  summary: string;
  chapters: ChapterSummary[];
  version: string;
};
export type ChapterSummary = {
  chapterId: string;
  number: number;
  title: string;
  minutes: number;
  steps: StepSummary[];
  /** Some of its words and commands differ from student to student. */
  hasValues: boolean;
};
/** `stepKey` is `<chapterId>/<stepId>`, unique in a course and kept for ever. */
export type StepSummary = {
  stepKey: string;
  title: string;
  /** Null where a check looks. */
  question: QuestionView['kind'] | null;
  points: number;
};

export type CourseCredits = { authors: string; licence: string; source: string | null; sourceLicence: string | null };

/** A question of a step without its answers: those stay on the server. */
export type QuestionView =
  | { kind: 'choice'; choices: { id: string; label: string }[] }
  | { kind: 'choices'; choices: { id: string; label: string }[] }
  | { kind: 'text'; placeholder: string }
  /** To be put in order; their ids tell nothing of it. */
  | { kind: 'order'; lines: { id: string; label: string }[] }
  | { kind: 'match'; heads: [string, string]; lefts: string[]; options: { id: string; label: string }[] }
  /** Read by the teacher. */
  | { kind: 'free'; placeholder: string };

/** Longest free answer, in characters. */
export const MAX_FREE_ANSWER = 2000;

/**
 * What a student answers: choice ids, or the typed text; the ids of all lines in the order given, or the id of the
 * option for each left side.
 */
export type Answer =
  | { kind: 'choices'; ids: string[] }
  | { kind: 'text'; text: string }
  | { kind: 'order'; ids: string[] }
  | { kind: 'match'; ids: string[] };

/** What help a student opened: so many hints at once, the solution, or the solution's own commands run. */
export type Help = { kind: 'hints'; shown: number } | { kind: 'solution_shown' } | { kind: 'solution_run' };

/** A step as the page draws it; `needs` that the sandbox cannot offer are named with the reason. */
export type StepMeta = {
  stepKey: string;
  title: string;
  number: number;
  hasCheck: boolean;
  question: QuestionView | null;
  points: number;
  hintCount: number;
  hasSolution: boolean;
  missing: string[];
};

/** What one student's `{{name}}` stand for in one chapter. */
export type ChapterValues = { name: string; value: string }[];

export type EnrollmentView = {
  enrollmentId: string;
  classroomId: string;
  classTitle: string;
  courseId: string;
  displayName: string;
  steps: Record<string, StepProgressView>;
  currentStep: string | null;
};

export type ClassroomSummary = {
  classroomId: string;
  title: string;
  code: string;
  courseId: string;
  courseTitle: string;
  students: number;
  createdAt: string;
  closedAt: string | null;
};

export type ClassroomGrid = { classroom: ClassroomSummary; course: CourseSummary; rows: StudentRow[] };

export type EnginePhase = 'off' | 'preparing' | 'starting' | 'ready' | 'failed' | 'stopping';
export type ImagePhase = 'unknown' | 'waiting' | 'loading' | 'building' | 'ready' | 'failed';

export type EngineView = {
  phase: EnginePhase;
  /** What the engine is, in a phrase: version, storage, user namespace. */
  detail: string | null;
  error: string | null;
  advice: { what: string; ok: boolean; consequence: string; remedy: string | null }[];
  /** The limits that this host really holds; those of time are always kept. */
  enforces: KernelLimit[];
};

export type ImageView = {
  courseId: string;
  tag: string | null;
  phase: ImagePhase;
  percent: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  sizeBytes: number | null;
  error: string | null;
  /** The newest lines of the build's log. */
  log: string[];
};

export type SandboxRow = {
  sandboxId: string;
  owner: string;
  /** A teacher's copy of the owner's sandbox. */
  isCopy: boolean;
  classTitle: string;
  courseId: string;
  driver: string;
  phase: SandboxPhase;
  ending: SandboxEnding | null;
  createdAt: string;
  cpuPercent: number | null;
  memoryBytes: number | null;
  diskBytes: number | null;
  lastActiveAt: string | null;
  /** It will be taken away soon unless its student acts. */
  warning: EndingWarning | null;
};

export type MachineView = {
  seatsFree: number;
  seatsTotal: number;
  memoryUsedBytes: number;
  memoryTotalBytes: number;
  diskUsedBytes: number;
  diskTotalBytes: number;
  loadPercent: number;
};

/** What went wrong: the page has the words for its kind; `subject` and `detail` are names, codes and faults' own text. */
export type SystemProblem = {
  at: string;
  kind: 'fallback' | 'engine' | 'image' | 'sandbox' | 'course' | 'network';
  subject: string;
  detail: string;
  /** A command or what is allowed instead, where there is one. */
  remedy: string | null;
};

export type SystemView = {
  driver: string | null;
  engine: EngineView | null;
  images: ImageView[];
  machine: MachineView;
  capacity: CapacityView;
  pools: PoolView[];
  sandboxes: SandboxRow[];
  problems: SystemProblem[];
};

/** What a class says of its sandboxes: `own` over `inherited`, which is the course's say over the machine's. */
export type ClassLimitsView = { own: SandboxLimits; inherited: LimitAmounts; ceilings: LimitAmounts };

/** The machine's limits, and whether an admin set them on the page. */
export type MachineLimitsView = { limits: MachineLimits; isSet: boolean };

/** One kept state of a student's sandbox. */
export type SnapshotView = {
  snapshotId: string;
  kind: 'student' | 'ending';
  name: string;
  stepKey: string | null;
  state: 'saving' | 'ready' | 'failed';
  /** False: files only, without nested images and containers. */
  whole: boolean;
  sizeBytes: number | null;
  createdAt: string;
};
export type SnapshotList = { snapshots: SnapshotView[]; quota: number };

/** How many sandboxes this machine carries, and what decides it. */
export type CapacityView = {
  total: number;
  used: number;
  warm: number;
  waiting: number;
  /** Which of them is the tightest. */
  limitedBy: 'memory' | 'cpu' | 'disk' | 'setting';
  /** Seats that each alone would allow; null where it cannot be told. */
  by: { memory: number; cpu: number; disk: number | null; setting: number | null };
};

export type PoolView = {
  courseId: string;
  /** Wanted now: by hand, or for lessons that begin soon. */
  target: number;
  byHand: number;
  forLessons: number;
  ready: number;
  /** Made and not booted: for the minute in which a whole class comes. */
  prepared: number;
  starting: number;
  /** Why it is not full, in a code the page has words for; null when nothing is in the way. */
  held: 'full' | 'image' | 'engine' | 'busy' | null;
};

export type LessonView = { lessonId: string; startsAt: string; endsAt: string; seats: number };

/** What one shell printed in one sitting. */
export type RecordingView = {
  recordingId: string;
  shell: string;
  startedAt: string;
  /** Null while it goes on. */
  endedAt: string | null;
  /** When it is deleted by itself. */
  deletedAt: string;
  /** Keys of the steps that were open in it. */
  steps: string[];
  sizeBytes: number;
  isCut: boolean;
};

/** One image in the product's own registry. */
export type MirrorImageView = {
  repository: string;
  tag: string;
  digest: string;
  sizeBytes: number;
  /** `linux/amd64` and the like. */
  platforms: string[];
  /** Made by us to imitate a public image where none can be pulled. */
  standIn: boolean;
  source: 'stand-in' | 'uploaded' | 'pulled';
};
export type MirrorView = {
  running: boolean;
  host: string;
  /** The registry that missing images are fetched from; null: nothing is. */
  upstream: string | null;
  images: MirrorImageView[];
  /** On disk, what images share counted once. */
  totalBytes: number;
};

/** One thing the doctor looked at. `code` names its words in the message file `doctor`; `values` fill them. */
export type DoctorFinding = {
  code: string;
  level: 'ok' | 'note' | 'warn' | 'bad';
  values: Record<string, string | number>;
  /** The exact command that would change it. */
  remedy: string | null;
};

export type { CheckOutcome, SandboxEnding, SandboxPhase, SandboxView, StepProgressView, StudentRow };
