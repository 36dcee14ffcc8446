import type { ExecRequest, ExecResult } from '#server/sandboxes/driver.ts';
import { CappedOutput } from '../parts/capped-output.ts';
import { type FakeOutcome, type FakeState, runFakeCommand, runFakeLine } from './fake-command.ts';

/** Runs a request with the pretend commands; `sleep` lasts until the time limit or the signal. */
export async function fakeExec(request: ExecRequest, ended: Promise<never>): Promise<ExecResult> {
  request.signal?.throwIfAborted();
  const state: FakeState = {
    variables: new Map(Object.entries(request.env ?? {})),
    user: request.user,
    size: { cols: 80, rows: 24 },
    stdin: typeof request.stdin === 'string' ? request.stdin : Buffer.from(request.stdin ?? []).toString(),
  };
  const outcomes = outcomesOf(request.argv, state);
  if (outcomes.some((outcome) => outcome.forever)) {
    await Promise.race([timeLimit(request), ended]);
    return { exitCode: null, timedOut: true, truncated: false, stdout: '', stderr: '' };
  }
  const stdout = new CappedOutput(request.maxOutputBytes);
  const stderr = new CappedOutput(request.maxOutputBytes);
  let exitCode = 0;
  for (const outcome of outcomes) {
    for (const text of outcome.stdout) stdout.add(Buffer.from(text));
    stderr.add(Buffer.from(outcome.stderr));
    exitCode = outcome.exitCode;
  }
  const truncated = stdout.truncated || stderr.truncated;
  return { exitCode, timedOut: false, truncated, stdout: stdout.text(), stderr: stderr.text() };
}

function outcomesOf(argv: readonly string[], state: FakeState): FakeOutcome[] {
  const [name, option, script] = argv;
  const isShell = name === 'sh' || name === 'bash';
  if (isShell && option === '-c') return runFakeLine(script ?? '', state);
  if (isShell && option === '-s') return runFakeLine(state.stdin.replaceAll('\n', ';'), state);
  return [runFakeCommand(argv, state)];
}

function timeLimit({ timeoutMs, signal }: ExecRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, timeoutMs);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
