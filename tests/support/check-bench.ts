import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CheckedStep } from '#server/checks/check-target.ts';
import {
  type CheckRunner,
  type CheckRunnerOptions,
  createCheckRunner,
  type RecordedCheck,
} from '#server/checks/runner.ts';
import { systemClock } from '#server/clock.ts';
import type { ExecRequest, ExecResult } from '#server/sandboxes/driver.ts';
import type { LiveEvent, StepProgressView } from '#server/shared/protocol.ts';
import type { CommandRecord } from '#server/terminals/registry.ts';
import { NO_HELP } from './no-help.ts';

/** Checks run by the real bash of this machine, over a folder that plays the sandbox. */
export class CheckBench {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'checks-'));
  readonly recorded: RecordedCheck[] = [];
  readonly published: LiveEvent[] = [];
  readonly passed = new Map<string, Date>();
  readonly runs: string[] = [];
  commands: CommandRecord[] = [];
  here: string | null = 'a/1';
  ready = true;
  concurrent = 0;
  mostConcurrent = 0;
  /** Replaces the real bash. */
  exec: (request: ExecRequest) => Promise<ExecResult> = (request) => this.#bash(request);
  readonly runner: CheckRunner;

  constructor(steps: readonly CheckedStep[], over: Partial<CheckRunnerOptions> = {}) {
    this.runner = createCheckRunner({
      library: { course: () => ({ chapters: [{ version: 'v1', steps }] }) },
      sandboxes: {
        find: () => (this.ready ? { capabilities: ['shell'], exec: (request) => this.#counted(request) } : null),
      },
      recentCommands: () => this.commands,
      currentStep: async () => this.here,
      passedSteps: async () => this.passed,
      seed: async (enrollmentId) => `seed of ${enrollmentId}`,
      record: async (check) => this.#record(check),
      publish: (_, event) => this.published.push(event),
      clock: systemClock,
      language: () => 'en',
      ...over,
    });
  }

  touch(name: string): void {
    writeFileSync(path.join(this.folder, name), '');
  }

  request(
    trigger: 'command' | 'asked' | 'interval',
    stepKey: string | null = null,
    enrollmentId = 'ada',
  ): Promise<void> {
    return this.runner.request({ enrollmentId, courseId: 'c', stepKey, trigger });
  }

  get outcomes(): string[] {
    return this.recorded.map(({ stepKey, result }) => `${stepKey} ${result.outcome}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.dispose();
    rmSync(this.folder, { recursive: true });
  }

  async #counted(request: ExecRequest): Promise<ExecResult> {
    this.concurrent += 1;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.concurrent);
    try {
      return await this.exec(request);
    } finally {
      this.concurrent -= 1;
    }
  }

  async #record(check: RecordedCheck): Promise<StepProgressView> {
    this.recorded.push(check);
    const { stepKey, result, at } = check;
    if (result.outcome === 'passed') this.passed.set(stepKey, at);
    const { outcome, message, seen, wanted } = result;
    return { stepKey, tries: 0, passedAt: null, outcome, message, seen, wanted, checkedAt: null, ...NO_HELP };
  }

  #bash({ argv: [file, ...args], stdin, env, timeoutMs }: ExecRequest): Promise<ExecResult> {
    const child = spawn(file, args, { cwd: this.folder, env: { ...process.env, ...env }, detached: true });
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => {
      out.stdout += data;
    });
    child.stderr.on('data', (data) => {
      out.stderr += data;
    });
    child.stdin.end(stdin);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        clearTimeout(limit);
        resolve({ exitCode, timedOut, truncated: false, ...out });
      });
    });
  }
}

/** Passes when a file of that name is in the sandbox. */
export const fileStep = (stepKey: string, file: string): CheckedStep => ({
  stepKey,
  needs: [],
  values: {},
  check: {
    timeoutMs: 5000,
    script: `[ -e ${file} ] && exit 0\necho "message: no ${file} yet"\necho "seen: $(ls)"\nexit 1`,
  },
});
