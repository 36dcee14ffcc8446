import type { Size } from '#server/sandboxes/driver.ts';

export type FakeState = { variables: Map<string, string>; user: 'student' | 'root'; size: Size; stdin: string };

/** What one command line of the pretend shell does. `forever` never ends by itself. */
export type FakeOutcome = {
  stdout: Iterable<string>;
  stderr: string;
  exitCode: number;
  exits?: boolean;
  forever?: boolean;
};

/** A few commands that act as their namesakes, enough to try a terminal and a driver's contract. */
export function runFakeLine(line: string, state: FakeState): FakeOutcome[] {
  return line
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => runFakeCommand(words(part, state), state));
}

export function runFakeCommand(argv: readonly string[], state: FakeState): FakeOutcome {
  const [name = '', ...args] = argv;
  const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(name);
  if (assignment?.[1] !== undefined && assignment[2] !== undefined) {
    state.variables.set(assignment[1], assignment[2]);
    return said('');
  }
  if (name === 'echo' && args.at(-1) === '>&2') return { ...said(''), stderr: `${args.slice(0, -1).join(' ')}\n` };
  if (name === 'echo') return said(`${args.join(' ')}\n`);
  if (name === 'cat') return said(state.stdin);
  if (name === 'id') return said(`${state.user}\n`);
  if (name === 'stty') return said(`${state.size.rows} ${state.size.cols}\n`);
  if (name === 'seq') return { ...said(''), stdout: numbers(Number(args[0]), Number(args[1])) };
  if (name === 'true' || name === 'docker') return said('');
  if (name === 'sleep') return { ...said(''), forever: true };
  if (name === 'exit') return { ...said(''), exitCode: Number(args[0] ?? 0), exits: true };
  if (name === 'pgrep' || name === 'false') return { ...said(''), exitCode: 1 };
  return { ...said(''), stderr: `${name}: command not found\n`, exitCode: 127 };
}

const said = (text: string): FakeOutcome => ({ stdout: text === '' ? [] : [text], stderr: '', exitCode: 0 });

function* numbers(first: number, last: number): Generator<string> {
  const PER_CHUNK = 2000;
  for (let from = first; from <= last; from += PER_CHUNK) {
    const count = Math.min(PER_CHUNK, last - from + 1);
    yield `${Array.from({ length: count }, (_, i) => from + i).join('\n')}\n`;
  }
}

function words(line: string, state: FakeState): string[] {
  return line
    .split(/\s+/)
    .map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'))
    .map((word) => word.replace(/\$([A-Za-z_]\w*)/g, (_, key: string) => state.variables.get(key) ?? ''));
}
