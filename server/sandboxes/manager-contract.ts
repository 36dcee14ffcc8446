import type { Clock } from '#server/clock.ts';
import type { SandboxEnding, SandboxView } from '#server/shared/protocol.ts';
import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';
import type { Capacity } from './capacity.ts';
import type { Sandbox, SandboxDriver, Shell, Size, SnapshotRef } from './driver.ts';
import type { SaveBeforeEnding } from './ending-save.ts';
import type { WarningListener } from './ending-watch.ts';
import type { SandboxImages } from './manager-images.ts';
import type { SandboxRowData } from './manager-rows.ts';
import type { Seat } from './manager-seat.ts';
import type { WaitReason } from './manager-waiting.ts';
import type { Want } from './pool/pool-rules.ts';
import type { WarmPool } from './pool/warm-pool.ts';
import type { SandboxSettings } from './sandbox-rules.ts';
import type { SeatReplays } from './seat-replays.ts';

/** Gives each enrollment its one sandbox, keeps it through our restarts, and takes it away in time. */
export interface SandboxManager {
  /** Starts one in the background if none lives; refuses with `sandbox_capacity`, and remembers the wish. */
  ensure(seat: Seat): Promise<SandboxView>;
  /** For a page that is opened: begins one, unless the last one ended and its student has not been told why. */
  open(seat: Seat): Promise<SandboxView>;
  /** What the page shows now. */
  view(enrollmentId: string): SandboxView;
  /** Only when ready. */
  find(enrollmentId: string): Sandbox | null;
  /** Waits for it; rejects with what stands in the way. */
  whenReady(seat: Seat, signal: AbortSignal): Promise<Sandbox>;
  /** Opens one of its shells once it is ready; the one that was opened before anybody came is there at once. */
  openShell(seat: Seat, request: { name: string; size: Size }, signal: AbortSignal): Promise<Shell>;
  /** Activity: keys or output. */
  touch(enrollmentId: string): void;
  /** Ends it and starts a fresh one. */
  reset(seat: Seat, reason: SandboxEnding): Promise<SandboxView>;
  /** Ends it and begins one with a state that was kept. */
  restore(seat: Seat, from: SnapshotRef): Promise<SandboxView>;
  end(sandboxId: string, reason: SandboxEnding): Promise<void>;
  /** A whole lifetime more from now; `lifetime_ceiling` when its longest life is used up. */
  extend(enrollmentId: string): Promise<SandboxView>;
  rows(): Promise<SandboxRowData[]>;
  capacity(): Capacity;
  /** How many students wait, and what one creation took lately; null before the first. */
  queue(): { waiting: number; creationMs: number | null };
  /** How far the steps before one are done again in a fresh sandbox. */
  readonly replays: SeatReplays;
  /** The warm ones; null where nobody asked for any. */
  readonly pool: WarmPool | null;
  onChange(listener: (enrollmentId: string, view: SandboxView) => void): Disposable;
  /** It will be taken away: told once in good time, and again shortly before. */
  onWarning(listener: WarningListener): Disposable;
  /**
   * Once at start: takes over what an earlier process left, destroys what nobody knows. Rejects when that could not be
   * done now; it is tried again until it is, and nobody gets a sandbox before.
   */
  adoptAll(): Promise<void>;
  /** What they waited for may be over: whoever is still there gets a sandbox, in the order they asked. */
  retry(reason: WaitReason): void;
  /** Begins to look for idle and expired ones. */
  start(): void;
  /** Lets go; the sandboxes live on. */
  dispose(): Promise<void>;
}

export type SandboxManagerOptions = {
  driver: SandboxDriver;
  clock: Clock;
  settings: SandboxSettings;
  /** What a new sandbox of this seat is begun with: machine, course and class have their say. */
  policyOf: (seat: Seat) => Promise<SandboxPolicy>;
  /** Whether a command runs in one of their shells: such a sandbox is not idle. */
  isBusy?: (enrollmentId: string) => boolean;
  saveBeforeEnding?: SaveBeforeEnding;
  images?: SandboxImages | null;
  /** How many warm sandboxes should be ready now. Left out: none ever. */
  wants?: () => Promise<Want[]>;
  newId?: () => string;
  /** Whether somebody has the page open: a seat that becomes free is not given to an empty chair. */
  isPresent?: (enrollmentId: string) => boolean;
};
