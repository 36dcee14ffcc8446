/**
 * What travels on the two WebSocket doors. Binary frames are terminal bytes both ways; text frames are JSON control,
 * one of the unions below. Offsets are counted in bytes since the shell began.
 */
import { z } from 'zod';
import { ALONE, company, turnEnding } from './company.ts';
import { ERROR_TABLE, type ErrorCode } from './error-codes.ts';
import { recordingNotice } from './recording-policy.ts';
import { shellList } from './terminal-layout.ts';

/** Sent as the WebSocket subprotocol: a free version check. */
export const TERMINAL_SUBPROTOCOL = 'chapterhouse.terminal.1';
export const LIVE_SUBPROTOCOL = 'chapterhouse.live.1';

/** The shell is paused when this many sent bytes have not been drawn; bounds the wait for Ctrl-C in a flood. */
export const FLOW_WINDOW_BYTES = 192 * 1024;
/** The client acknowledges at least this often: a quarter of the window keeps the stream flowing. */
export const ACK_EVERY_BYTES = 32 * 1024;
/** Longest frame the server takes; larger pastes are split by the client. */
export const MAX_FRAME_BYTES = 64 * 1024;

/** A TCP port that a program in a sandbox may listen on. */
export const tcpPort = z.int().min(1).max(65_535);
/** Listening ports that a page is told of. */
export const MAX_OFFERED_PORTS = 12;

const size = z.strictObject({ cols: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) });
const offset = z.int().min(0);
const codes = Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]];

const isoTime = z.string();

/** A sandbox that will be taken away unless its student acts: extends it, or types where it is idle. */
export const endingWarning = z.strictObject({ reason: z.enum(['idle', 'expired']), endsAt: isoTime });
export type EndingWarning = z.infer<typeof endingWarning>;

export const terminalRequest = z.discriminatedUnion('type', [
  /** First frame. `since`: the offset up to which the client has drawn; null asks for all that is kept. */
  z.strictObject({
    type: z.literal('attach'),
    shell: z.string().regex(/^shell-[1-9]$/),
    since: offset.nullable(),
    size,
    /** Whose bytes `since` counts, as `attached` told it. In another terminal it means nothing: all that is kept is sent. */
    terminalId: z.string().max(64).nullable().optional(),
  }),
  z.strictObject({ type: z.literal('resize'), size }),
  /** Everything before `offset` has been drawn. */
  z.strictObject({ type: z.literal('ack'), offset }),
  /** Answered with pong; lets the page measure its own latency. */
  z.strictObject({ type: z.literal('ping'), at: z.number() }),
  /** A watcher would like to type: the student's pages are asked. */
  z.strictObject({ type: z.literal('ask_turn') }),
  /** The student's answer to the question of that id. To any other it is void. */
  z.strictObject({ type: z.literal('answer_turn'), turnId: z.string().max(64), allow: z.boolean() }),
  /** The student takes the keyboard back, or the watcher no longer asks or types. */
  z.strictObject({ type: z.literal('end_turn') }),
]);
export type TerminalRequest = z.infer<typeof terminalRequest>;

export const terminalEvent = z.discriminatedUnion('type', [
  /** Binary output that follows begins at `offset`. It is above `since` when older bytes are no longer kept. */
  z.strictObject({
    type: z.literal('attached'),
    terminalId: z.string(),
    offset,
    /** Bytes before this were printed earlier: what they ask of the terminal was answered then. */
    end: offset,
    writable: z.boolean(),
    size,
    company: company.default(ALONE),
  }),
  /** Who watches, or whose turn it is to type, has changed. Whole each time. */
  company.extend({ type: z.literal('company') }),
  /** To the watcher alone: their question or their turn is over, or could not begin. */
  z.strictObject({ type: z.literal('turn_over'), why: turnEnding }),
  /** Another page of the same student took the keyboard, or left it to this one. */
  z.strictObject({ type: z.literal('keyboard'), writable: z.boolean() }),
  /** The writer's window changed. */
  z.strictObject({ type: z.literal('size'), size }),
  /** From shell integration: whether the shell waits at a prompt. Null where it cannot be told. */
  z.strictObject({ type: z.literal('prompt'), atPrompt: z.boolean().nullable() }),
  /** Drawn by the page in words of its own, outside the counted bytes. */
  z.strictObject({ type: z.literal('notice'), warning: endingWarning }),
  z.strictObject({ type: z.literal('exit'), exitCode: z.int().nullable() }),
  z.strictObject({ type: z.literal('pong'), at: z.number() }),
  z.strictObject({ type: z.literal('error'), code: z.enum(codes) }),
]);
export type TerminalEvent = z.infer<typeof terminalEvent>;

export const sandboxPhase = z.enum(['queued', 'creating', 'booting', 'ready', 'ending', 'gone']);
export type SandboxPhase = z.infer<typeof sandboxPhase>;

export const sandboxEnding = z.enum([
  'idle',
  'expired',
  'reset_by_student',
  'reset_by_teacher',
  'ended_by_admin',
  'memory',
  'host_restart',
  'fault',
  'class_closed',
  /** Replaced by a snapshot that its student restored. */
  'restored',
  /** Replaced by a fresh one at the start of a step. */
  'back_to_step',
  /** A teacher's copy that was closed. */
  'copy_closed',
  /** A warm one that nobody took. */
  'not_needed',
]);
export type SandboxEnding = z.infer<typeof sandboxEnding>;

/** What a student waits behind: their place from 1, and a guess in seconds where one can be made. */
export const queuePlace = z.strictObject({ position: z.int().min(1), estimateSeconds: z.int().min(0).nullable() });
export type QueuePlace = z.infer<typeof queuePlace>;

/** The steps before one, done again for the student in a fresh sandbox: how many of how many, and how it ended. */
export const sandboxReplay = z.strictObject({
  /** The step whose start it is. */
  stepKey: z.string(),
  state: z.enum(['running', 'done', 'failed', 'interrupted']),
  done: z.int().min(0),
  of: z.int().min(1),
  /** The step that could not be done. */
  failedStep: z.string().nullable(),
  /** When the last of it was typed: what happens later is the student's. Null while it runs, or where that is not known. */
  endedAt: isoTime.nullable().default(null),
});
export type SandboxReplay = z.infer<typeof sandboxReplay>;

/** A student's own sandbox as their page shows it. */
export const sandboxView = z.strictObject({
  sandboxId: z.string().nullable(),
  phase: sandboxPhase,
  /** Why it is gone, or why it cannot be had. */
  ending: sandboxEnding.nullable(),
  error: z.enum(codes).nullable(),
  driver: z.string().nullable(),
  capabilities: z.array(z.string()),
  since: isoTime,
  expiresAt: isoTime.nullable(),
  /** While the lab image is being built: 0 to 100, null when that cannot be told. */
  imagePercent: z.number().nullable(),
  /** While it waits for its turn or for a free seat. */
  queue: queuePlace.nullable(),
  warning: endingWarning.nullable(),
  /** What was saved before it was taken away: the snapshot to go on from. */
  savedSnapshotId: z.string().nullable(),
  /** Only where the student went back to the start of a step. */
  replay: sandboxReplay.nullable(),
});
export type SandboxView = z.infer<typeof sandboxView>;

export const checkOutcome = z.enum(['passed', 'failed', 'fault']);
export type CheckOutcome = z.infer<typeof checkOutcome>;

/** One part of what a check looks for; `seen` and `wanted` say what an open one lacks, as far as the check told. */
export const checkPart = z.strictObject({ name: z.string(), done: z.boolean(), seen: z.string(), wanted: z.string() });
export type CheckPart = z.infer<typeof checkPart>;
/** More than this many parts of one step nobody takes in. */
export const MAX_PARTS = 12;
export const checkParts = z.array(checkPart).max(MAX_PARTS);

/** One step of one student. `tries` counts failed check runs since the step began. */
export const stepProgress = z.strictObject({
  stepKey: z.string(),
  tries: z.int().min(0),
  passedAt: isoTime.nullable(),
  outcome: checkOutcome.nullable(),
  /** One sentence for the student; `seen` and `wanted` are its evidence. */
  message: z.string().nullable(),
  seen: z.string().nullable(),
  wanted: z.string().nullable(),
  checkedAt: isoTime.nullable(),
  /** What the last check told of each part; empty where it has none. */
  parts: checkParts,
  /** How much of the step's points is earned, in percent: 100 once it is passed. */
  share: z.int().min(0).max(100),
  /** The key of a hint that the last check named. */
  hintKey: z.string().nullable(),
  /** How often in a row a check failed with the same words. */
  sameFailures: z.int().min(0),
  /** What help was opened before the pass: a fact, not a fault. */
  hintsShown: z.int().min(0),
  solution: z.enum(['none', 'shown', 'run']),
});
export type StepProgressView = z.infer<typeof stepProgress>;

/** One row of the teacher's grid. */
export const studentRow = z.strictObject({
  enrollmentId: z.string(),
  name: z.string(),
  /** Keyed by step key; steps not begun are absent. */
  steps: z.record(z.string(), stepProgress),
  currentStep: z.string().nullable(),
  lastSeenAt: isoTime.nullable(),
  lastPassAt: isoTime.nullable(),
  online: z.boolean(),
});
export type StudentRow = z.infer<typeof studentRow>;

export const liveRequest = z.discriminatedUnion('type', [
  /** A student's own page: progress and sandbox of one enrollment. */
  z.strictObject({ type: z.literal('watch_enrollment'), enrollmentId: z.string().max(160) }),
  /** A teacher's grid. */
  z.strictObject({ type: z.literal('watch_classroom'), classroomId: z.string().max(64) }),
  /** The admin's tables. */
  z.strictObject({ type: z.literal('watch_system') }),
  /** Which step the student has open: shown to the teacher, checked first. */
  z.strictObject({ type: z.literal('at_step'), enrollmentId: z.string().max(64), stepKey: z.string().max(128) }),
]);
export type LiveRequest = z.infer<typeof liveRequest>;

export const liveEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sandbox'), sandbox: sandboxView }),
  z.strictObject({ type: z.literal('step'), step: stepProgress }),
  /** The student's shells have other names, or are others. */
  z.strictObject({ type: z.literal('shells'), shells: shellList }),
  /** The class began to record its terminals, or stopped. */
  z.strictObject({ type: z.literal('recording'), recording: recordingNotice.nullable() }),
  /** What listens in the sandbox and can be looked at, lowest first. */
  z.strictObject({ type: z.literal('ports'), ports: z.array(tcpPort).max(MAX_OFFERED_PORTS) }),
  /** A check of this step has begun or ended. */
  z.strictObject({ type: z.literal('checking'), stepKey: z.string(), running: z.boolean() }),
  z.strictObject({ type: z.literal('student'), row: studentRow }),
  z.strictObject({ type: z.literal('student_left'), enrollmentId: z.string() }),
  /** The lab image's build as it goes: new log lines and how far it is. For the admin's page. */
  z.strictObject({
    type: z.literal('image'),
    courseId: z.string(),
    phase: z.string(),
    percent: z.number().nullable(),
    lines: z.array(z.string()),
  }),
  /** Something on the admin's page changed: ask again. */
  z.strictObject({ type: z.literal('system_changed') }),
  z.strictObject({ type: z.literal('error'), code: z.enum(codes) }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;
