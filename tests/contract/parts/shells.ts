import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Contract } from './contract.ts';

/** What a shell promises. `contract` is there once the suite has begun. */
export function describeShells(contract: () => Contract): void {
  test('a command typed into the shell answers', async () => {
    const screen = await contract().shell();
    screen.run('X=forty');
    screen.run('echo $X-two');
    await screen.sees('forty-two');
  });

  test('what is typed is seen before Enter', async () => {
    const screen = await contract().shell();
    screen.run('echo re$UNSET-ady');
    await screen.sees('re-ady');
    screen.type('typed-and-not-sent');
    await screen.sees('typed-and-not-sent');
  });

  test('the shell begins at the size it was opened with and sees a new one', async () => {
    const screen = await contract().shell();
    screen.run('stty size');
    await screen.sees(/\b24 80\b/);
    screen.shell.resize({ cols: 132, rows: 43 });
    await retryUntil(async () => {
      screen.run('stty size');
      await screen.sees(/\d+ \d+\s/);
      return screen.text.includes('43 132');
    });
  });

  test('letters outside ASCII survive both ways', async () => {
    const screen = await contract().shell();
    screen.run('W=grüße-日本');
    screen.run('echo says:$W.');
    await screen.sees('says:grüße-日本.');
  });

  test('a paused shell stops, and not one byte is lost', async () => {
    const screen = await contract().shell();
    screen.run('stty size');
    await screen.sees('24 80');
    screen.run('seq 1 200000; echo all-$X-done');
    await screen.sees('\r\n100\r\n');
    screen.shell.pause();
    const quiet = await untilQuiet(() => screen.bytes);
    expect(screen.text).not.toContain('all--done');
    screen.shell.resume();
    await screen.sees('\r\nall--done');
    expect(screen.bytes).toBeGreaterThan(quiet);
    const numbers = [...stripVTControlCharacters(screen.text).matchAll(/^(\d+)\r$/gm)].map((match) => Number(match[1]));
    expect(numbers).toEqual(Array.from({ length: 200_000 }, (_, i) => i + 1));
  });

  test('the exit code of the shell is told', async () => {
    const screen = await contract().shell();
    screen.run('exit 7');
    expect(await screen.exits()).toEqual({ exitCode: 7, signal: null });
  });

  test('a killed shell ends, and its name can be used again', async () => {
    const screen = await contract().shell(contract().sandbox, 'shell-9');
    screen.run('LOST=variable');
    await screen.shell.kill();
    await screen.exits();
    const again = await contract().shell(contract().sandbox, 'shell-9');
    again.run('echo lost:$LOST:');
    await again.sees('lost::');
  });
}

async function retryUntil(met: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    if (await met()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}

/** Waits until the count has not moved for a while, and returns it: proof that a stream stands still. */
async function untilQuiet(count: () => number): Promise<number> {
  let last = -1;
  let still = 0;
  for (let looks = 0; looks < 200 && still < 10; looks++) {
    still = count() === last ? still + 1 : 0;
    last = count();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(still).toBe(10);
  return last;
}
