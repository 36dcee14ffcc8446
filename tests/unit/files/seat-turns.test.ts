import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { createSandboxFiles } from '#server/files/sandbox-files.ts';
import type { ExecResult, Sandbox } from '#server/sandboxes/driver.ts';
import type { SandboxView } from '#server/shared/protocol.ts';

const EMPTY_FOLDER = Buffer.from('/\0w\0').toString('base64');

/** Files of a sandbox whose commands last until they are let go. */
function slowFiles() {
  const running: (() => void)[] = [];
  let most = 0;
  const exec = async (): Promise<ExecResult> => {
    await new Promise<void>((resolve) => {
      running.push(resolve);
      most = Math.max(most, running.length);
    });
    return { exitCode: 0, timedOut: false, truncated: false, stdout: EMPTY_FOLDER, stderr: '' };
  };
  // All that listing a folder asks of a sandbox.
  const sandbox = { sandboxId: 'sb', exec } as Pick<Sandbox, 'sandboxId' | 'exec'> as Sandbox;
  const files = createSandboxFiles({
    sandboxes: { find: () => sandbox, view: () => ({ phase: 'ready' }) as SandboxView, touch: () => undefined },
    terminals: { placeOf: () => null },
    limitBytes: 1,
  });
  const list = (seatId: string) => files.ask(seatId, { op: 'list', directory: null });
  return { list, running, most: () => most };
}

test('a seat has three commands at once, the others wait and come to their turn', async () => {
  const { list, running, most } = slowFiles();
  const asked = Array.from({ length: 10 }, () => list('ada'));
  for (let over = 0; over < asked.length; over++) {
    await vi.waitFor(() => expect(running.length).toBeGreaterThan(0));
    // Whoever is let in too early is here by then.
    await pause(0);
    running.shift()?.();
  }
  await Promise.all(asked);
  expect(most()).toBe(3);
});

test('one seat that asks too much is refused, and another one is served', async () => {
  const { list, running } = slowFiles();
  const outcomes = Array.from({ length: 40 }, () => list('ada').then(() => 'served', errorCode));
  const other = list('ben');
  const waiting = Promise.all(outcomes);
  let isOver = false;
  void waiting.then(() => {
    isOver = true;
  });
  await vi.waitFor(() => {
    for (const letGo of running.splice(0)) letGo();
    expect(isOver).toBe(true);
  });
  await other;
  const refused = (await waiting).filter((outcome) => outcome !== 'served');
  expect(new Set(refused)).toEqual(new Set(['too_many_tries']));
  expect(refused).toHaveLength(7);
});
