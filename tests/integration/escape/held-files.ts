import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import type { Attempt } from './attempt.ts';
import { pause } from './echo-meter.ts';
import { openFilesOf, processesOf, processWith } from './host-processes.ts';
import type { Scene } from './scene.ts';

export type Held = {
  id: string;
  tries: string;
  /** The system call, as a reader knows it. */
  call: string;
  /** Perl that makes the call and keeps what it got; numbers are those of x86_64. */
  program: string;
  /** What such an open file is called in /proc/<pid>/fd. */
  kind: RegExp;
};

const MOMENT_MS = 50;
const LOOKS = 600;

const perl = (program: string, done: string) => `${program} open(my $done, ">", "${done}") and close($done); sleep 60;`;

async function appears(file: string): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await pause(MOMENT_MS);
  }
  throw new Error(`${file} did not come`);
}

const holds = async (pid: number, kind: RegExp) => (await openFilesOf(pid)).some((name) => kind.test(name));

/** Runs Perl in the sandbox until it has done its worst, and looks at things while it holds what it got. */
export async function whileHeld<T>(
  scene: Scene,
  held: Pick<Held, 'id' | 'program'>,
  look: (pid: number) => Promise<T>,
): Promise<T> {
  const done = `/tmp/held-${held.id}`;
  const program = perl(held.program, done);
  const running = scene.root(`rm -f ${done}; exec perl -e '${program}'`, { timeoutMs: 90_000 });
  try {
    await appears(await scene.seenFromHost(done));
    const pid = await processWith(`perl\0-e\0${program}`, await processesOf(await scene.pidOf()));
    if (pid === null) throw new Error('the program is not among the sandbox’s processes');
    return await look(pid);
  } finally {
    await scene.root(`pkill -KILL perl`);
    await running;
  }
}

/** The same program runs on the host first, as the proof that it works; what each holds is read from the host. */
export const heldFile = ({ id, tries, call, program, kind }: Held): Attempt => ({
  id,
  tries,
  outcome: `The host sees the program hold none; run by the host’s root, the same program holds one (\`${call}\`).`,
  async run(scene) {
    if (!(await holdsOnHost(scene, { id, program, kind }))) throw new Error(`${call} does not work on the host either`);
    const isHeld = await whileHeld(scene, { id, program }, (pid) => holds(pid, kind));
    if (isHeld) throw new Error(`the sandbox holds what ${call} gives`);
  },
});

async function holdsOnHost(
  { witness }: Scene,
  { id, program, kind }: Pick<Held, 'id' | 'program' | 'kind'>,
): Promise<boolean> {
  const done = `${witness.folder}/held-${id}`;
  const child = spawn('perl', ['-e', perl(program, done)], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await appears(done);
    return await holds(child.pid ?? 0, kind);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
