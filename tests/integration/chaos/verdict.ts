import type { Records, SandboxRow } from './records.ts';
import type { ChaosStudent } from './student.ts';
import { VICTIMS, type Victim } from './victims.ts';

export type Kill = {
  victim: Victim;
  at: Date;
  /** Containers that it ended, by their ids. */
  ended: readonly string[];
  /** How long each student could not work, in milliseconds. */
  times: readonly number[];
};

/** What must not be: each list names what was found, and is empty after a good lesson. */
export type Wrongs = {
  orphans: string[];
  /** Steps and saved states that a student was told are kept. */
  lostProgress: string[];
  /** Shells, and what ran in them, of sandboxes that lived on. */
  lostWork: string[];
  /** Sandboxes that were ready and ended though nothing of theirs was killed. */
  lostSandboxes: string[];
  endedTwice: string[];
  /** Ended without a reason, or without their student being told. */
  unexplained: string[];
  unsettled: string[];
  leftBehind: string[];
};
export type Verdict = Wrongs & { kills: readonly Kill[]; sandboxes: number; adopted: number };

type Evidence = {
  kills: readonly Kill[];
  students: readonly ChaosStudent[];
  orphans: string[];
  records: Records;
  output: string;
};

const LOST = ['host_restart', 'fault'];

export function judge({
  kills,
  students,
  orphans,
  records,
  output,
}: Evidence): Omit<Verdict, 'leftBehind'> & { leftBehind: [] } {
  const { sandboxes } = records;
  const killed = new Set(kills.flatMap(({ ended }) => ended));
  const isLost = ({ ref, readyAt, ending }: SandboxRow) =>
    readyAt !== null && LOST.includes(ending ?? '') && !killed.has(ref ?? '');
  return {
    kills,
    sandboxes: sandboxes.length,
    adopted: adoptions(output),
    orphans,
    lostProgress: students.flatMap((student) => lostProgress(student, records)),
    lostWork: students.flatMap(({ lost }) => lost),
    lostSandboxes: sandboxes.filter(isLost).map(({ id, purpose, ending }) => `${id} of a ${purpose}: ${ending}`),
    endedTwice: [
      ...twice(endings(output)),
      ...students.flatMap(({ shown }) => twice(shown.map((one) => one.sandboxId))),
    ],
    unexplained: [
      ...sandboxes.filter(({ phase, ending }) => phase === 'gone' && ending === null).map(({ id }) => id),
      ...students.flatMap((student) => untold(student, sandboxes)),
    ],
    unsettled: sandboxes
      .filter(({ phase }) => phase !== 'ready' && phase !== 'gone')
      .map(({ id, phase }) => `${id} ${phase}`),
    leftBehind: [],
  };
}

function lostProgress({ enrollmentId, acknowledged }: ChaosStudent, { steps, saved }: Records): string[] {
  const isKept = (wanted: string) => saved.some(({ id, state }) => id === wanted && state === 'ready');
  return [
    ...[...acknowledged.steps].map((step) => `${enrollmentId} ${step}`).filter((fact) => !steps.has(fact)),
    ...[...acknowledged.saved.keys()].filter((id) => !isKept(id)).map((id) => `saved state ${id}`),
  ];
}

/** Sandboxes that a student worked in, and that ended unasked without the page ever saying so. */
function untold({ visited, shown }: ChaosStudent, sandboxes: readonly SandboxRow[]): string[] {
  const lost = sandboxes.filter(({ id, ending }) => visited.has(id) && LOST.includes(ending ?? ''));
  const isTold = ({ id, ending }: SandboxRow) => shown.some((one) => one.sandboxId === id && one.ending === ending);
  return lost.filter((row) => !isTold(row)).map(({ id, ending }) => `${id}, ${ending}, not told`);
}

/** What the server says of itself, line by line. */
function events(output: string): Record<string, unknown>[] {
  return output.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{"') ? [JSON.parse(line)] : [];
    } catch {
      // A process that is killed in the middle of a line.
      return [];
    }
  });
}

const endings = (output: string): string[] =>
  events(output)
    .filter(({ event }) => event === 'sandbox.ended' || event === 'sandbox.lost')
    .map(({ sandboxId }) => String(sandboxId));

const adoptions = (output: string): number =>
  events(output)
    .filter(({ event }) => event === 'sandbox.adopted' || event === 'pool.adopted')
    .reduce((sum, { kept }) => sum + Number(kept), 0);

const twice = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);

const WRONGS = [
  'orphans',
  'lostProgress',
  'lostWork',
  'lostSandboxes',
  'endedTwice',
  'unexplained',
  'unsettled',
  'leftBehind',
] as const satisfies readonly (keyof Wrongs)[];

/** What is wrong, and nothing else. */
export const wrongsOf = (verdict: Verdict): Partial<Wrongs> =>
  Object.fromEntries(WRONGS.filter((name) => verdict[name].length > 0).map((name) => [name, verdict[name]]));

/** Both tables: how long students could not work, and what was counted. */
export function report(verdict: Verdict): string {
  const { kills, sandboxes, adopted } = verdict;
  const rows = VICTIMS.flatMap((victim) => {
    const own = kills.filter((one) => one.victim === victim);
    return own.length === 0 ? [] : [timesRow(victim, own)];
  });
  return [
    '| killed | times | p50 s | p95 s | max s |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    timesRow('all', kills),
    '',
    '| counted | |',
    '| --- | ---: |',
    `| sandboxes begun | ${sandboxes} |`,
    `| taken over by a later process | ${adopted} |`,
    ...WRONGS.map((name) => `| ${WORDS[name]} | ${verdict[name].length} |`),
  ].join('\n');
}

const WORDS: Record<(typeof WRONGS)[number], string> = {
  orphans: 'orphans',
  lostProgress: 'steps and saved states lost',
  lostWork: 'shells and containers lost in sandboxes that lived on',
  lostSandboxes: 'sandboxes lost that nobody killed',
  endedTwice: 'ended twice',
  unexplained: 'ended without a reason that was shown',
  unsettled: 'neither adopted nor ended',
  leftBehind: 'left on the machine after the removal',
};

function timesRow(name: string, kills: readonly Kill[]): string {
  const times = kills.flatMap((one) => one.times);
  return `| ${name} | ${kills.length} | ${at(times, 0.5)} | ${at(times, 0.95)} | ${at(times, 1)} |`;
}

function at(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  const one = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return one === undefined ? '-' : (one / 1000).toFixed(1);
}
