import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Exec } from 'dockerode';
import { AppError } from '#server/errors.ts';
import type { ExecRequest } from '#server/sandboxes/driver.ts';
import { CappedOutput } from '../parts/capped-output.ts';
import type { RawExecResult } from '../parts/exec-files.ts';
import type { DockerCommands } from './docker-commands.ts';
import { asking } from './docker-errors.ts';
import { StdioDemux } from './stdio-demux.ts';

const HOME = { student: '/home/student', root: '/root' } as const;
/** How much longer than its limit a command may take to be really over, its killing included. */
const GRACE_MS = 5000;
/** Marks every process of one command, so that a command given up can be ended inside. */
const MARK = 'CHAPTERHOUSE_EXEC';

const END_MARKED_SCRIPT = `
for process in /proc/[0-9]*; do
  grep -qsz "^${MARK}=$1$" "$process/environ" && kill -KILL "\${process#/proc/}"
done
exit 0
`.trim();

/** What the engine is asked to run. The limit is kept inside too, where it can end what the command began. */
export function execOptions(request: ExecRequest, mark: string) {
  const env = { LANG: 'C.UTF-8', HOME: HOME[request.user], [MARK]: mark, ...request.env };
  return {
    Cmd: ['timeout', '--kill-after=1', (request.timeoutMs / 1000).toFixed(3), ...request.argv],
    User: request.user,
    WorkingDir: HOME[request.user],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdin: request.stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  };
}

/** Runs a command inside and ends what it leaves when it is given up. Whatever the sandbox's own programs do, it ends. */
export async function dockerExec(commands: DockerCommands, request: ExecRequest): Promise<RawExecResult> {
  const mark = randomBytes(8).toString('hex');
  const { outcome, result } = await execOnce(commands, request, mark);
  if (outcome !== 'ended') await endMarked(commands, mark);
  if (outcome === 'given up') throw request.signal?.reason;
  return result;
}

async function execOnce(commands: DockerCommands, request: ExecRequest, mark: string): Promise<Execution> {
  request.signal?.throwIfAborted();
  const start = { hijack: true, stdin: request.stdin !== undefined };
  const { exec, stream } = await commands.begin({ what: 'exec', options: execOptions(request, mark), start });
  const began = performance.now();
  const stdout = new CappedOutput(request.maxOutputBytes);
  const stderr = new CappedOutput(request.maxOutputBytes);
  const demux = new StdioDemux({ stdout: (data) => stdout.add(data), stderr: (data) => stderr.add(data) });
  if (request.stdin !== undefined) stream.end(request.stdin);
  const outcome = await finished(stream, request, (data) => {
    demux.push(data);
    return stdout.isFlood || stderr.isFlood;
  });
  const code = outcome === 'ended' ? await exitCodeOf(exec) : null;
  const timedOut = outcome === 'too late' || (isLimitCode(code) && performance.now() - began >= request.timeoutMs);
  const truncated = stdout.truncated || stderr.truncated;
  const exitCode = timedOut ? null : code;
  return { outcome, result: { exitCode, timedOut, truncated, stdout: stdout.bytes(), stderr: stderr.bytes() } };
}

/** `timeout` answers 124 when it ended the command, and 137 when it had to kill it. */
const isLimitCode = (code: number | null): boolean => code === 124 || code === 137;

type Outcome = 'ended' | 'too late' | 'flood' | 'given up';
type Execution = { outcome: Outcome; result: RawExecResult };

/** `take` answers whether the output has become a flood. */
function finished(
  stream: Duplex,
  { timeoutMs, signal }: ExecRequest,
  take: (data: Buffer) => boolean,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle('too late'), timeoutMs + GRACE_MS);
    const giveUp = () => settle('given up');
    const settle = (outcome: Outcome) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(outcome);
      stream.destroy();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    // Before it had begun.
    if (signal?.aborted) giveUp();
    stream.on('data', (data: Buffer) => {
      if (take(data)) settle('flood');
    });
    stream.once('end', () => settle('ended'));
    stream.once('close', () => settle('ended'));
    // What broke shows when its exit code is asked for.
    stream.once('error', () => settle('ended'));
  });
}

const EXIT_TRIES = 50;
const EXIT_TRY_MS = 20;

/** The stream may end a moment before the engine has noted how the command ended. */
export async function exitCodeOf(exec: Exec): Promise<number | null> {
  for (let tries = 0; tries < EXIT_TRIES; tries++) {
    const { Running, ExitCode } = await asking('exec', () => exec.inspect());
    if (!Running) return ExitCode;
    await new Promise((resolve) => setTimeout(resolve, EXIT_TRY_MS));
  }
  throw new AppError('sandbox_gone', 'the connection to a command broke');
}

/** A hostile sandbox's own shell may refuse to do it: it is asked once, and what goes on costs that sandbox alone. */
async function endMarked(commands: DockerCommands, mark: string): Promise<void> {
  const request: ExecRequest = {
    argv: ['sh', '-c', END_MARKED_SCRIPT, 'sh', mark],
    user: 'root',
    timeoutMs: 10_000,
    maxOutputBytes: 1000,
  };
  await execOnce(commands, request, randomBytes(8).toString('hex'));
}
