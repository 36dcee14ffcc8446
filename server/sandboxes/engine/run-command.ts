import { execFile } from 'node:child_process';

export type CommandResult = { exitCode: number; stdout: string; stderr: string };

const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** Runs a program to its end and tells how it ended; it throws for no exit code. 127: there is no such program. */
export function runCommand(program: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  const options = { maxBuffer: OUTPUT_LIMIT_BYTES, ...(signal ? { signal } : {}) };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      const missing = error !== null && error.code === 'ENOENT';
      const exitCode = error === null ? 0 : missing ? 127 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, stderr: missing ? `${program}: not installed` : stderr });
    });
  });
}

/** As `runCommand`, for commands whose failure is a fault. */
export async function mustRun(program: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await runCommand(program, args, signal);
  if (result.exitCode === 0) return result.stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${result.exitCode}: ${result.stderr.trim().slice(-500)}`);
}
