import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#server/errors.ts';
import type {
  Capability,
  DriverReport,
  Sandbox,
  SandboxDriver,
  SandboxRef,
  SandboxSpec,
  SnapshotRef,
} from '#server/sandboxes/driver.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { FakeHost, type FakeMachine } from './fake-host.ts';
import { FakeSandbox, type FakeSandboxOptions } from './fake-sandbox.ts';

/**
 * `echo` works; `slow` takes `slowMs` to create; `never` creates until aborted; `bad` refuses with `failure`;
 * `flood` works, and each shell prints without end.
 */
export type FakeBehaviour = 'echo' | 'slow' | 'never' | 'bad' | 'flood';

export type FakeDriverOptions = {
  behaviour?: FakeBehaviour;
  /** Give the same host to a second driver to play the server's restart. */
  host?: FakeHost;
  slowMs?: number;
  failure?: ErrorCode;
  /** Keeps no state, for this reason. */
  snapshotFailure?: ErrorCode;
  capabilities?: readonly Capability[];
  answerExec?: FakeSandboxOptions['answerExec'];
  serve?: FakeSandboxOptions['serve'];
  /** Its sandboxes are told to boot. */
  boots?: boolean;
};

const ALL: readonly Capability[] = [
  'shell',
  'containers',
  'systemd',
  'apptainer',
  'qemu',
  'virtualbox',
  'quota',
  'snapshot',
  'network',
  'ports',
];

/** Sandboxes that live in this process: for tests and for designing pages. */
export class FakeDriver implements SandboxDriver {
  readonly name = 'fake';
  readonly boots: boolean;
  readonly host: FakeHost;
  readonly #options: FakeDriverOptions;

  constructor(options: FakeDriverOptions = {}) {
    this.#options = options;
    this.boots = options.boots ?? false;
    this.host = options.host ?? new FakeHost();
  }

  async check(): Promise<DriverReport> {
    return { driver: this.name, usable: true, capabilities: [...this.#capabilities], enforces: [], advice: [] };
  }

  async create(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    signal?.throwIfAborted();
    await this.#behave(spec, signal);
    return this.#sandbox(this.host.start(spec));
  }

  async adopt(ref: SandboxRef): Promise<Sandbox | null> {
    const machine = this.host.machines.get(ref.sandboxId);
    return machine === undefined ? null : this.#sandbox(machine);
  }

  async list(): Promise<SandboxRef[]> {
    return [...this.host.machines.keys()].map((sandboxId) => ({ sandboxId, ref: `fake:${sandboxId}` }));
  }

  async listSnapshots(): Promise<SnapshotRef[]> {
    return [...this.host.snapshots.keys()].map((snapshotId) => ({ snapshotId, ref: `fake:${snapshotId}` }));
  }

  async deleteSnapshot({ snapshotId }: SnapshotRef): Promise<void> {
    this.host.snapshots.delete(snapshotId);
  }

  async dispose(): Promise<void> {}

  get #capabilities(): readonly Capability[] {
    return this.#options.capabilities ?? ALL;
  }

  async #behave(spec: SandboxSpec, signal: AbortSignal | undefined): Promise<void> {
    const { behaviour = 'echo', slowMs = 200, failure = 'sandbox_failed' } = this.#options;
    if (behaviour === 'bad') throw new AppError(failure, `fake driver refuses ${spec.sandboxId}`);
    if (behaviour === 'slow') await wait(slowMs, undefined, signal === undefined ? {} : { signal });
    if (behaviour === 'never') await untilAborted(signal);
  }

  #sandbox(machine: FakeMachine): Sandbox {
    return new FakeSandbox({
      host: this.host,
      machine,
      capabilities: this.#capabilities,
      floods: this.#options.behaviour === 'flood',
      snapshotFailure: this.#options.snapshotFailure ?? null,
      answerExec: this.#options.answerExec ?? (() => null),
      serve: this.#options.serve ?? ((_port, far) => far.pipe(far)),
    });
  }
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
