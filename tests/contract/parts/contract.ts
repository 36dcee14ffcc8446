import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { ExecRequest, ExecResult, Limits, Sandbox, SandboxDriver, SandboxSpec } from '#server/sandboxes/driver.ts';
import { Screen } from '../screen.ts';

export type ContractTarget = {
  driver: SandboxDriver;
  courseId: string;
  /** Whether it knows how much disk a sandbox takes. */
  tellsDisk: boolean;
  /** Which limits the host holds, asked of the host itself. */
  enforces: readonly (keyof Limits)[];
  /** A second driver on the same host, as after the loss of the server process. */
  another(): SandboxDriver;
  /** Ends it behind our back. */
  killFromOutside(sandbox: Sandbox): Promise<void>;
  /** Whether a kept state has nested images and containers in it. */
  keepsWhole: boolean;
  /** Everything on the host that belongs to this sandbox id. */
  remains(sandboxId: string): Promise<string[]>;
  dispose(): Promise<void>;
};

export const SIZE = { cols: 80, rows: 24 };
const LIMITS = { memoryMiB: 1024, cpus: 1, pids: 512, diskMiB: 4096 };
export const QUICK = { user: 'student', timeoutMs: 20_000, maxOutputBytes: 64 * 1024 } as const;

/** One driver under test, and what every part of the contract needs of it. */
export class Contract {
  readonly target: ContractTarget;
  /** One that the whole suite shares. */
  readonly sandbox: Sandbox;

  constructor(target: ContractTarget, sandbox: Sandbox) {
    this.target = target;
    this.sandbox = sandbox;
  }

  static async open(target: ContractTarget): Promise<Contract> {
    return new Contract(target, await target.driver.create(specOf(target)));
  }

  spec(): SandboxSpec {
    return specOf(this.target);
  }

  /** One of this test's own. */
  async fresh(): Promise<Sandbox> {
    const made = await this.target.driver.create(this.spec());
    onTestFinished(() => made.destroy());
    return made;
  }

  async shell(in_: Sandbox = this.sandbox, name = `shell-${randomBytes(3).toString('hex')}`): Promise<Screen> {
    const screen = new Screen(await in_.openShell({ name, size: SIZE }));
    onTestFinished(() => screen.shell.kill());
    return screen;
  }

  exec(request: Partial<ExecRequest> & Pick<ExecRequest, 'argv'>): Promise<ExecResult> {
    return this.sandbox.exec({ ...QUICK, ...request });
  }
}

const specOf = ({ courseId }: ContractTarget): SandboxSpec => ({
  sandboxId: `ct-${randomBytes(5).toString('hex')}`,
  courseId,
  limits: LIMITS,
});
