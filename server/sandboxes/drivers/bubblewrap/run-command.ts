import { spawn } from 'node:child_process';
import type { ExecRequest } from '#server/sandboxes/driver.ts';
import { CappedOutput } from '../parts/capped-output.ts';
import type { RawExecResult } from '../parts/exec-files.ts';

/** Whom sandboxes run as on the host, when we are root. */
export type Identity = { uid: number; gid: number };

/** What host commands are given: none of our own settings and secrets. */
export const HOST_ENV: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
};

/** The same command as somebody without rights. */
export function asIdentity(argv: readonly string[], identity: Identity | null): string[] {
  if (identity === null) return [...argv];
  return ['setpriv', `--reuid=${identity.uid}`, `--regid=${identity.gid}`, '--clear-groups', '--', ...argv];
}

export type RunLimits = Pick<ExecRequest, 'stdin' | 'timeoutMs' | 'maxOutputBytes' | 'signal'>;
const PLAIN: RunLimits = { timeoutMs: 20_000, maxOutputBytes: 64 * 1024 };

/** Runs a command on the host to its end, its time limit or its signal. */
export function run(argv: readonly string[], limits: RunLimits = PLAIN): Promise<RawExecResult> {
  const [file = '', ...args] = argv;
  const { signal, stdin, timeoutMs, maxOutputBytes } = limits;
  signal?.throwIfAborted();
  const stdout = new CappedOutput(maxOutputBytes);
  const stderr = new CappedOutput(maxOutputBytes);
  let timedOut = false;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: HOST_ENV, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    const end = () => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      finish();
    };
    const hear = (output: CappedOutput) => (data: Buffer) => {
      output.add(data);
      if (output.isFlood) end();
    };
    child.stdout.on('data', hear(stdout));
    child.stderr.on('data', hear(stderr));
    // A command may end without reading all it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code) =>
      settle(() => {
        if (signal?.aborted) return reject(signal.reason);
        const truncated = stdout.truncated || stderr.truncated;
        const exitCode = timedOut ? null : code;
        resolve({ exitCode, timedOut, truncated, stdout: stdout.bytes(), stderr: stderr.bytes() });
      }),
    );
  });
}
