import { AppError } from '#server/errors.ts';
import type { Sandbox } from './driver.ts';

/** Its socket is there a moment after the shell; from then on the client waits for the answer. */
const ASK_DOCKER = ['sh', '-c', 'until docker version > /dev/null 2>&1; do sleep 0.2; done'] as const;
const DOCKER_LIMIT_MS = 60_000;

/** Resolves when the sandbox's own Docker answers, at once where it has none. Rejects with `sandbox_failed`. */
export async function untilDockerAnswers(sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  if (!sandbox.capabilities.includes('containers')) return;
  const { exitCode } = await sandbox.exec({
    argv: ASK_DOCKER,
    user: 'root',
    timeoutMs: DOCKER_LIMIT_MS,
    maxOutputBytes: 1000,
    signal,
  });
  if (exitCode !== 0) throw new AppError('sandbox_failed', `the Docker of ${sandbox.sandboxId} did not answer`);
}
