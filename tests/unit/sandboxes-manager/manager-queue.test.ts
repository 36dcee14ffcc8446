import { expect, test } from 'vitest';
import { CreationQueue } from '#server/sandboxes/manager-queue.ts';

const never = new AbortController().signal;

function jobs(queue: CreationQueue) {
  const begun: string[] = [];
  const finish = new Map<string, () => void>();
  const run = (name: string, signal = never) =>
    queue.run(
      () =>
        new Promise<string>((resolve) => {
          begun.push(name);
          finish.set(name, () => resolve(name));
        }),
      signal,
    );
  return { begun, run, finish: (name: string) => finish.get(name)?.() };
}

test('no more than the limit run at once, and they begin in the order they came', async () => {
  const { begun, run, finish } = jobs(new CreationQueue(2));
  const all = ['a', 'b', 'c', 'd'].map((name) => run(name));
  await Promise.resolve();
  expect(begun).toEqual(['a', 'b']);
  finish('b');
  await all[1];
  expect(begun).toEqual(['a', 'b', 'c']);
  finish('a');
  finish('c');
  await Promise.all([all[0], all[2]]);
  finish('d');
  expect(await all[3]).toBe('d');
});

test('a job given up while waiting never begins and frees its place', async () => {
  const { begun, run, finish } = jobs(new CreationQueue(1));
  const giveUp = new AbortController();
  const first = run('first');
  const dropped = run('dropped', giveUp.signal);
  const last = run('last');
  giveUp.abort(new Error('given up'));
  await expect(dropped).rejects.toThrow('given up');
  finish('first');
  await first;
  finish('last');
  expect(await last).toBe('last');
  expect(begun).toEqual(['first', 'last']);
});

test('a job that fails frees its place', async () => {
  const queue = new CreationQueue(1);
  await expect(queue.run(() => Promise.reject(new Error('bad')), never)).rejects.toThrow('bad');
  expect(await queue.run(async () => 'next', never)).toBe('next');
});
