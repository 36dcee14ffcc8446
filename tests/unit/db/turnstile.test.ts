import { expect, test } from 'vitest';
import { Turnstile } from '#server/db/turnstile.ts';

test('one at a time, in the order they came', async () => {
  const turns = new Turnstile();
  const seen: string[] = [];
  const pass = (name: string) =>
    turns.run(async () => {
      seen.push(`${name} in`);
      await Promise.resolve();
      seen.push(`${name} out`);
    });
  await Promise.all([pass('a'), pass('b'), pass('c')]);
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('a failing turn lets the next one in', async () => {
  const turns = new Turnstile();
  const failing = turns.run(() => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await turns.run(async () => 'next')).toBe('next');
});
