import type { Shell } from '#server/sandboxes/driver.ts';
import type { BenchRoom } from './classroom.ts';

export type Visit = { enrollmentId: string; promptMs: number; shell: Shell };

const SIZE = { cols: 100, rows: 30 };
/** Shell integration says so when the shell waits for keys. */
const PROMPT = '\x1b]133;B';
const LIMIT_MS = 120_000;

/** From the click that opens the chapter to a prompt that takes keys. */
export async function comes({ manager, courseId, newcomer }: BenchRoom): Promise<Visit> {
  const enrollmentId = await newcomer();
  const seat = { enrollmentId, courseId };
  const began = performance.now();
  await manager.open(seat);
  const shell = await manager.openShell(seat, { name: 'shell-1', size: SIZE }, AbortSignal.timeout(LIMIT_MS));
  await printed(shell, PROMPT);
  return { enrollmentId, promptMs: performance.now() - began, shell };
}

/** Types it, and waits for what only its end prints. */
export async function runs(shell: Shell, command: string): Promise<number> {
  const began = performance.now();
  const done = printed(shell, 'bench:0:end');
  // Written so that the echo of what is typed is not taken for the answer.
  shell.write(Buffer.from(`${command}; echo bench:$?:"end"\r`));
  await done;
  return performance.now() - began;
}

/** Resolves when the shell has printed this text from now on. */
export function printed(shell: Shell, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const late = setTimeout(
      () => settle(() => reject(new Error(`never printed ${text}: ${seen.slice(-300)}`))),
      LIMIT_MS,
    );
    const listening = new DisposableStack();
    const settle = (end: () => void) => {
      clearTimeout(late);
      listening.dispose();
      end();
    };
    listening.use(
      shell.onOutput((data) => {
        seen += Buffer.from(data).toString();
        if (seen.includes(text)) setImmediate(() => settle(resolve));
      }),
    );
  });
}
