import { AppError } from '#server/errors.ts';
import type { SandboxEnd, SandboxFile, SandboxSpec } from '#server/sandboxes/driver.ts';
import { EndSignal } from '../parts/end-signal.ts';
import type { FakePty } from './fake-pty.ts';

/** What outlives a driver: a new driver on the same host finds the sandboxes of the one before. */
export class FakeHost {
  readonly machines = new Map<string, FakeMachine>();
  /** The files of each kept state, by its id. */
  readonly snapshots = new Map<string, ReadonlyMap<string, SandboxFile>>();

  start(spec: SandboxSpec): FakeMachine {
    const kept = spec.from && this.snapshots.get(spec.from.snapshotId);
    if (spec.from && !kept) throw new AppError('snapshot_unknown', `no snapshot ${spec.from.snapshotId}`);
    const machine: FakeMachine = {
      spec,
      shells: new Map(),
      files: new Map(kept),
      end: new EndSignal(),
      isBooted: spec.waits !== true,
      cpuSeconds: 0,
    };
    this.machines.set(spec.sandboxId, machine);
    return machine;
  }

  /** As when the machine underneath ends it. */
  kill(sandboxId: string, reason: SandboxEnd = 'fault'): void {
    const machine = this.machines.get(sandboxId);
    this.remove(sandboxId);
    machine?.end.fire(reason);
  }

  remove(sandboxId: string): void {
    const machine = this.machines.get(sandboxId);
    this.machines.delete(sandboxId);
    for (const shell of machine?.shells.values() ?? []) shell.end({ exitCode: null, signal: 'SIGKILL' });
  }
}

export type FakeMachine = {
  spec: SandboxSpec;
  shells: Map<string, FakePty>;
  files: Map<string, SandboxFile>;
  end: EndSignal;
  isBooted: boolean;
  cpuSeconds: number;
};
