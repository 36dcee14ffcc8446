import { beforeEach, expect, test } from 'vitest';
import { BootTurns } from '#server/sandboxes/drivers/docker/boot-turns.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const NOBODY_ASKS = new AbortController().signal;

let clock: ManualClock;
let turns: BootTurns;
let began: string[];
let ends: Map<string, () => void>;

beforeEach(() => {
  clock = new ManualClock();
  turns = new BootTurns(clock);
  began = [];
  ends = new Map();
});

/** A boot that goes on until the test ends it. */
function boot(name: string, hurry = NOBODY_ASKS): Promise<void> {
  const running = async () => {
    began.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
  };
  return turns.run(running, hurry);
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
async function ended(name: string): Promise<void> {
  ends.get(name)?.();
  await settled();
}

test('two boot at once, the others in the order they came', async () => {
  for (const name of ['a', 'b', 'c', 'd']) void boot(name);
  await settled();
  expect(began).toEqual(['a', 'b']);
  await ended('b');
  expect(began).toEqual(['a', 'b', 'c']);
  await ended('a');
  expect(began).toEqual(['a', 'b', 'c', 'd']);
});

test('none boots while a newcomer is being made, and two do when the last one is', async () => {
  const [first, second] = [turns.newcomer(), turns.newcomer()];
  for (const name of ['a', 'b', 'c']) void boot(name);
  await settled();
  first[Symbol.dispose]();
  await settled();
  expect(began).toEqual([]);
  second[Symbol.dispose]();
  await settled();
  expect(began).toEqual(['a', 'b']);
});

test('newcomers hold nobody up for longer than ten seconds', async () => {
  turns.newcomer();
  void boot('a');
  clock.advance(3000);
  void boot('b');
  clock.advance(6999);
  await settled();
  expect(began).toEqual([]);
  clock.advance(1);
  await settled();
  expect(began).toEqual(['a']);
  clock.advance(3000);
  await settled();
  expect(began).toEqual(['a', 'b']);
});

test('whoever asks for a system gets it at once, whatever else goes on', async () => {
  const newcomer = turns.newcomer();
  const asks = new AbortController();
  for (const name of ['a', 'b']) void boot(name);
  void boot('asked', asks.signal);
  asks.abort();
  await settled();
  expect(began).toEqual(['asked']);
  void boot('asked before', AbortSignal.abort());
  await settled();
  expect(began).toEqual(['asked', 'asked before']);
  // The two fill the places: the waiting ones come when those are free.
  newcomer[Symbol.dispose]();
  await settled();
  expect(began).toHaveLength(2);
  await ended('asked');
  expect(began).toEqual(['asked', 'asked before', 'a']);
});

test('a boot that fails says so and gives its place on', async () => {
  const failing = turns.run(async () => {
    throw new Error('no power');
  }, NOBODY_ASKS);
  await expect(failing).rejects.toThrow('no power');
  for (const name of ['a', 'b', 'c']) void boot(name);
  await settled();
  expect(began).toEqual(['a', 'b']);
});
