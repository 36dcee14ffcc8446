import { execFile } from 'node:child_process';

export type CommandResult = { exitCode: number; stdout: string; stderr: string };

const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

type Command = { program: string; args: readonly string[]; signal?: AbortSignal | undefined; input?: string };

/** Runs a program to its end and tells how it ended; it throws for no exit code. 127: there is no such program. */
export function runCommand(program: string, args: readonly string[], signal?: AbortSignal): Promise<CommandResult> {
  return run({ program, args, signal });
}

/** As `runCommand`, for a program that reads its standard input to the end. */
export function runWithInput(program: string, args: readonly string[], input: string): Promise<CommandResult> {
  return run({ program, args, input });
}

function run({ program, args, signal, input }: Command): Promise<CommandResult> {
  const options = { maxBuffer: OUTPUT_LIMIT_BYTES, ...(signal ? { signal } : {}) };
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      const missing = error !== null && error.code === 'ENOENT';
      const exitCode = error === null ? 0 : missing ? 127 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, stdout, stderr: missing ? `${program}: not installed` : stderr });
    });
    if (input === undefined) return;
    // A program that ends before it read all has said why on its standard error.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** As `runCommand`, for commands whose failure is a fault. */
export async function mustRun(program: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await runCommand(program, args, signal);
  if (result.exitCode === 0) return result.stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${result.exitCode}: ${result.stderr.trim().slice(-500)}`);
}
