import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import type { Sandbox, SnapshotRef } from '#server/sandboxes/driver.ts';
import type { Contract } from './contract.ts';

/** What a kept state promises. `contract` is there once the suite has begun. */
export function describeKeptStates(contract: () => Contract): void {
  const note = (text: string) => [{ path: 'note', content: Buffer.from(text), mode: 0o640 }];
  const noteIn = async (one: Sandbox) => {
    const [file] = await one.getFiles(['/home/student/note']);
    return Buffer.from(file?.content ?? []).toString();
  };
  const snapshotId = () => `cs-${randomBytes(5).toString('hex')}`;
  const keep = async (one: Sandbox, id = snapshotId()) => {
    const taken = await one.snapshot(id);
    onTestFinished(() => contract().target.driver.deleteSnapshot(taken));
    return taken;
  };
  const from = async (ref: SnapshotRef) => {
    const made = await contract().target.driver.create({ ...contract().spec(), from: ref });
    onTestFinished(() => made.destroy());
    return made;
  };
  const snapshotIds = async () => (await contract().target.driver.listSnapshots()).map((one) => one.snapshotId);

  test('a kept state begins a new sandbox as it was, and leaves the first one alone', async () => {
    const mine = await contract().fresh();
    expect(mine.capabilities).toContain('snapshot');
    await mine.putFiles('/home/student', note('before'));
    const screen = await contract().shell(mine, 'shell-1');
    screen.run('KEPT=running');
    const taken = await keep(mine);
    expect(taken).toMatchObject({ whole: contract().target.keepsWhole, sizeBytes: expect.any(Number) });
    expect(await snapshotIds()).toContain(taken.snapshotId);
    screen.run('echo still:$KEPT');
    await screen.sees('still:running');
    await mine.putFiles('/home/student', note('after'));
    const again = await from(taken);
    expect(await noteIn(again)).toBe('before');
    expect(again.sandboxId).not.toBe(mine.sandboxId);
    const later = await contract().shell(again, 'shell-1');
    later.run('X=up');
    later.run('echo is-$X.');
    await later.sees('is-up.');
    await again.putFiles('/home/student', note('second'));
    expect(await noteIn(mine)).toBe('after');
    const grandchild = await from(await keep(again));
    expect(await noteIn(grandchild)).toBe('second');
  });

  test('another driver finds a kept state; deleted it is gone, safe to delete twice, and begins nothing', async () => {
    const taken = await contract().sandbox.snapshot(snapshotId());
    const second = contract().target.another();
    onTestFinished(() => second.dispose());
    const ids = (await second.listSnapshots()).map((one) => one.snapshotId);
    expect(ids).toContain(taken.snapshotId);
    await second.deleteSnapshot(taken);
    await second.deleteSnapshot(taken);
    expect(await snapshotIds()).not.toContain(taken.snapshotId);
    const wanted = { ...contract().spec(), from: taken };
    const failure = await contract()
      .target.driver.create(wanted)
      .catch((error: unknown) => error);
    expect(errorCode(failure)).toBe('snapshot_unknown');
    expect(await contract().target.remains(wanted.sandboxId)).toEqual([]);
  });

  test('commands that begin and looks at a sandbox while it is kept go on, and hold nothing up', async () => {
    const mine = await contract().fresh();
    const quick = { user: 'student', timeoutMs: 20_000, maxOutputBytes: 1000 } as const;
    const codes: (number | null)[] = [];
    let isOver = false;
    const busy = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const asked = [
          mine.exec({ argv: ['true'], ...quick }),
          mine.stats(),
          mine.dialPort(9).catch(errorCode),
        ] as const;
        const [{ exitCode }] = await Promise.all(asked);
        codes.push(exitCode);
      }
    });
    for (let round = 0; round < 4; round++) await keep(mine);
    isOver = true;
    await Promise.all(busy);
    expect(codes.length).toBeGreaterThanOrEqual(4);
    expect(codes.every((code) => code === 0)).toBe(true);
    expect((await mine.exec({ argv: ['echo', 'after'], ...quick })).stdout).toBe('after\n');
  });

  test.each([0, 200])('a keeping given up after %i ms leaves nothing', async (ms) => {
    const id = snapshotId();
    const giveUp = new AbortController();
    const taken = contract()
      .sandbox.snapshot(id, giveUp.signal)
      .then(
        (late) => contract().target.driver.deleteSnapshot(late),
        () => undefined,
      );
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    giveUp.abort();
    await taken;
    expect(await snapshotIds()).not.toContain(id);
    expect((await contract().exec({ argv: ['true'] })).exitCode).toBe(0);
  });
}
