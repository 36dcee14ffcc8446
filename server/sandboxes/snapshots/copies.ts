import { log } from '#server/log.ts';
import { type CopyOf, copySeatId } from '#server/shared/copy-seat.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { SandboxManager } from '../manager.ts';
import type { Snapshots } from './snapshots.ts';

type CopiesParts = {
  sandboxes: Pick<SandboxManager, 'view' | 'restore' | 'end' | 'onChange'>;
  snapshots: Pick<Snapshots, 'keepForCopy' | 'dropCopyState'>;
};

type Wanted = CopyOf & { courseId: string };

/** Copies of students' sandboxes that teachers look into. The student's own is read for a moment and goes on. */
export class Copies {
  readonly #parts: CopiesParts;

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /**
   * Begins a copy of the sandbox as it is now; one that this teacher had of it ends. Rejects with `sandbox_gone` where
   * the student has none, with `disk_full`, `snapshot_too_large` or `sandbox_capacity` where there is no room.
   */
  async open({ courseId, ...copy }: Wanted): Promise<SandboxView> {
    const { sandboxes, snapshots } = this.#parts;
    const seat = { enrollmentId: copySeatId(copy), courseId };
    const state = await snapshots.keepForCopy({ enrollmentId: copy.enrollmentId, courseId });
    const drop = () => snapshots.dropCopyState(copy.enrollmentId, state.snapshotId);
    try {
      const view = await sandboxes.restore(seat, state);
      this.#onceBegun(seat.enrollmentId, () => {
        // What stays behind goes at the next start.
        drop().catch((error: unknown) => log.error('copy.state_not_dropped', error));
      });
      return view;
    } catch (error) {
      await drop();
      throw error;
    }
  }

  /** Ends it; where there is none, nothing happens. */
  async close(copy: CopyOf): Promise<SandboxView> {
    const seatId = copySeatId(copy);
    const { sandboxId } = this.#parts.sandboxes.view(seatId);
    if (sandboxId !== null) await this.#parts.sandboxes.end(sandboxId, 'copy_closed');
    return this.#parts.sandboxes.view(seatId);
  }

  /** Its creation reads the kept state; afterwards nobody asks for that any more. */
  #onceBegun(seatId: string, then: () => void): void {
    const { sandboxes } = this.#parts;
    const isBegun = ({ phase }: SandboxView) => phase === 'ready' || phase === 'ending' || phase === 'gone';
    if (isBegun(sandboxes.view(seatId))) {
      then();
      return;
    }
    const watch = sandboxes.onChange((changed, view) => {
      if (changed !== seatId || !isBegun(view)) return;
      watch[Symbol.dispose]();
      then();
    });
  }
}
