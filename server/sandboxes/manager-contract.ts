import type { Clock } from '#server/clock.ts';
import type { SandboxEnding, SandboxView } from '#server/shared/protocol.ts';
import type { Capacity } from './capacity.ts';
import type { NetworkMode, Sandbox, SandboxDriver } from './driver.ts';
import type { SandboxImages } from './manager-images.ts';
import type { SandboxRowData } from './manager-rows.ts';
import type { Seat } from './manager-seat.ts';
import type { WaitReason } from './manager-waiting.ts';
import type { SandboxSettings } from './sandbox-rules.ts';

/** Gives each enrollment its one sandbox, keeps it through our restarts, and takes it away in time. */
export interface SandboxManager {
  /** Starts one in the background if none lives; refuses with `sandbox_capacity`, and remembers the wish. */
  ensure(seat: Seat): Promise<SandboxView>;
  /** What the page shows now. */
  view(enrollmentId: string): SandboxView;
  /** Only when ready. */
  find(enrollmentId: string): Sandbox | null;
  /** Waits for it; rejects with what stands in the way. */
  whenReady(seat: Seat, signal: AbortSignal): Promise<Sandbox>;
  /** Activity: keys or output. */
  touch(enrollmentId: string): void;
  /** Ends it and starts a fresh one. */
  reset(seat: Seat, reason: SandboxEnding): Promise<SandboxView>;
  end(sandboxId: string, reason: SandboxEnding): Promise<void>;
  /** A whole lifetime more from now. */
  extend(enrollmentId: string): Promise<SandboxView>;
  rows(): Promise<SandboxRowData[]>;
  capacity(): Capacity;
  onChange(listener: (enrollmentId: string, view: SandboxView) => void): Disposable;
  /** Once at start, when the driver answers: takes over what an earlier process left, destroys what nobody knows. */
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
  images?: SandboxImages | null;
  newId?: () => string;
  /** Whether somebody has the page open: a seat that becomes free is not given to an empty chair. */
  isPresent?: (enrollmentId: string) => boolean;
  /** What the course's sandboxes may reach; `mirror` where nobody says. */
  networkOf?: (courseId: string) => NetworkMode;
};
