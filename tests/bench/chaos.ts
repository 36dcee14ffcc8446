import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chaosLesson } from '../integration/chaos/lesson.ts';
import { Random } from '../integration/chaos/random.ts';
import { report, wrongsOf } from '../integration/chaos/verdict.ts';
import { VICTIMS, type Victim } from '../integration/chaos/victims.ts';
import { ownEngine } from '../integration/sandboxes/engine-machine.ts';

/**
 * `npm run bench:chaos -- --kills 30 --seed 7`: a busy lesson in which one process after the other is killed with -9, on
 * an engine of its own (CHAPTERHOUSE_TEST_HOME, CHAPTERHOUSE_TEST_ENGINE_INDEX). Needs a built checkout.
 * Prints how long students could not work and what was lost, and ends with 1 when anything was.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});
const FILE = path.resolve('test-results/chaos.md');
const seed = Number(values.seed);
const kills = Number(values.kills);

/** Each has its turn, in an order of chance; the rest is chance. */
function chosen(): Victim[] {
  const random = new Random(seed + 1);
  const from =
    values.only === undefined ? VICTIMS : VICTIMS.filter((victim) => values.only?.split(',').includes(victim));
  const order = from.map((victim) => ({ victim, at: random.whole(1_000_000) })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: kills }, (_, round) => order[round]?.victim ?? random.pick(from));
}

const say = (line: string) => void process.stdout.write(`${line}\n`);
say(`seed ${seed}, ${kills} kills`);
const verdict = await chaosLesson({ engine: ownEngine('chaos', 9), seed, victims: chosen(), say });
const text = `seed ${seed}, ${kills} kills\n\n${report(verdict)}\n`;
say(`\n${text}`);
mkdirSync(path.dirname(FILE), { recursive: true });
writeFileSync(FILE, text);
const wrongs = wrongsOf(verdict);
for (const [name, found] of Object.entries(wrongs)) say(`${name}:\n  ${found.join('\n  ')}`);
process.exit(Object.keys(wrongs).length === 0 ? 0 : 1);
