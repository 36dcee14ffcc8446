import type { ErrorCode } from '#server/shared/error-codes.ts';
import type {
  EndingWarning,
  SandboxEnding,
  SandboxPhase,
  SandboxReplay,
  SandboxView,
} from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import type { Sandbox, Shell, SnapshotRef } from './driver.ts';
import type { CpuSample } from './sandbox-rules.ts';

/** Whose sandbox: one enrollment has one at most. `enrollmentId` may be a copy's (server/shared/copy-seat.ts). */
export type Seat = { enrollmentId: string; courseId: string };

/** One sandbox of one enrollment, from the wish to its end. */
export type SeatState = Seat & {
  readonly sandboxId: string;
  readonly driver: string;
  readonly createdAt: Date;
  readonly policy: SandboxPolicy;
  phase: SandboxPhase;
  ending: SandboxEnding | null;
  error: ErrorCode | null;
  since: Date;
  lastActiveAt: Date;
  expiresAt: Date;
  /** Whether `lastActiveAt` is newer than what is stored. */
  touched: boolean;
  warning: EndingWarning | null;
  /** How often its student was told of this warning: not yet, once, or for the last time. */
  warnedCall: 'first' | 'last' | null;
  savedSnapshotId: string | null;
  replay: SandboxReplay | null;
  /** The kept state it begins with; null for the course's image. */
  from: SnapshotRef | null;
  sandbox: Sandbox | null;
  /** A shell that was opened before its student came; the first page takes it. */
  firstShell: Shell | null;
  endWatch: Disposable | null;
  cpuSample: CpuSample | null;
  /** Ends a creation under way. */
  readonly giveUp: AbortController;
  /** Settles when its creation is over, whichever way; never rejects. */
  launch: Promise<void>;
  /** Settles when its end is over; never rejects. */
  end: Promise<void> | null;
};

export function viewOf(state: SeatState, imagePercent: number | null): SandboxView {
  return {
    sandboxId: state.sandboxId,
    phase: state.phase,
    ending: state.ending,
    error: state.error,
    driver: state.driver,
    capabilities: [...(state.sandbox?.capabilities ?? [])],
    since: state.since.toISOString(),
    expiresAt: state.phase === 'ready' ? state.expiresAt.toISOString() : null,
    imagePercent,
    queue: null,
    warning: state.phase === 'ready' ? state.warning : null,
    savedSnapshotId: state.savedSnapshotId,
    replay: state.phase === 'gone' ? null : state.replay,
  };
}

/** For an enrollment that has none and had none since we started. */
export const noSandboxView = (now: Date): SandboxView => ({
  sandboxId: null,
  phase: 'gone',
  ending: null,
  error: null,
  driver: null,
  capabilities: [],
  since: now.toISOString(),
  expiresAt: null,
  imagePercent: null,
  queue: null,
  warning: null,
  savedSnapshotId: null,
  replay: null,
});
