import { expect, test } from 'vitest';
import { ownEngine } from '../sandboxes/engine-machine.ts';
import { chaosLesson } from './lesson.ts';
import { report, wrongsOf } from './verdict.ts';
import type { Victim } from './victims.ts';

/** Repeats what one seed showed: `CHAPTERHOUSE_CHAOS_SEED=7`. The long lesson is `npm run bench:chaos`. */
const SEED = Number(process.env.CHAPTERHOUSE_CHAOS_SEED ?? Date.now() % 1_000_000);
const VICTIMS: readonly Victim[] = ['web', 'dockerd', 'shim', 'keeper', 'all of them'];
const LIMIT_MS = 1_800_000;

test('through kill -9 in a busy lesson nothing is lost, orphaned or ended twice', { timeout: LIMIT_MS }, async () => {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const lesson = chaosLesson({ engine: ownEngine('chaos', 9), seed: SEED, victims: VICTIMS, say });
  const verdict = await lesson.catch((error: unknown) => {
    throw new Error(`seed ${SEED}\n${lines.join('\n')}`, { cause: error });
  });
  expect(wrongsOf(verdict), `seed ${SEED}\n${report(verdict)}`).toEqual({});
  expect(verdict.kills.map(({ victim }) => victim)).toEqual(VICTIMS);
  expect(verdict.adopted).toBeGreaterThan(0);
});
