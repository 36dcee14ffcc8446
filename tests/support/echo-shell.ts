import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Shell, ShellExit, Size } from '#server/sandboxes/driver.ts';

type Pty = {
  write(data: Buffer): void;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(signal: string): void;
  onData(listener: (data: Uint8Array) => void): { dispose(): void };
  onExit(listener: (exit: { exitCode: number; signal?: number }) => void): { dispose(): void };
};
type Spawn = (file: string, args: string[], options: object) => Pty;

// The package's own types are declared under another name than it is installed by, and say text where bytes come.
const { spawn } = createRequire(import.meta.url)('node-pty') as { spawn: Spawn };

/** A real bash on a real pty of this machine: for the truth about throughput and Ctrl-C. */
export function openLocalShell(size: Size): Shell {
  const pty = spawn('bash', ['--norc', '--noprofile', '-i'], {
    ...size,
    name: 'xterm-256color',
    env: {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      PS1: '$ ',
      HOME: '/tmp',
      TERM: 'xterm-256color',
    },
    cwd: '/tmp',
    encoding: null,
  });
  return {
    held: false,
    id: randomUUID(),
    start: 0,
    kept: () => undefined,
    write: (data) => pty.write(Buffer.from(data)),
    resize: ({ cols, rows }) => pty.resize(cols, rows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    onOutput(listener) {
      const subscription = pty.onData(listener);
      return { [Symbol.dispose]: () => subscription.dispose() };
    },
    onExit(listener: (exit: ShellExit) => void) {
      const subscription = pty.onExit(({ exitCode, signal }) =>
        listener({ exitCode, signal: signal ? String(signal) : null }),
      );
      return { [Symbol.dispose]: () => subscription.dispose() };
    },
    detach: () => pty.kill('SIGKILL'),
    kill: async () => pty.kill('SIGKILL'),
  };
}
