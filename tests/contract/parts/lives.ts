import { expect, onTestFinished, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import type { SandboxEnd } from '#server/sandboxes/driver.ts';
import { type Contract, QUICK, SIZE } from './contract.ts';

/** How a sandbox begins, is taken over and ends. `contract` is there once the suite has begun. */
export function describeLives(contract: () => Contract): void {
  test('after the loss of our process, another driver opens the same shell', async () => {
    const mine = await contract().fresh();
    const screen = await contract().shell(mine, 'shell-1');
    screen.run('KEPT=still-here');
    screen.run('echo ready:$KEPT');
    await screen.sees('ready:still-here');
    screen.shell.detach();
    const second = contract().target.another();
    onTestFinished(() => second.dispose());
    expect((await second.list()).map((ref) => ref.sandboxId)).toContain(mine.sandboxId);
    const adopted = await second.adopt({ sandboxId: mine.sandboxId, ref: mine.ref });
    if (adopted === null) throw new Error('was not adopted');
    const later = await contract().shell(adopted, 'shell-1');
    expect(later.shell.held).toBe(true);
    later.run('echo again:$KEPT');
    await later.sees('again:still-here');
    later.run('exit 4');
    expect(await later.exits()).toEqual({ exitCode: 4, signal: null });
  });

  test('what was destroyed is gone, is safe to destroy twice, and cannot be adopted', async () => {
    const mine = await contract().fresh();
    const screen = await contract().shell(mine, 'shell-1');
    let told = 0;
    mine.onEnd(() => told++);
    await mine.destroy();
    await mine.destroy();
    await screen.exits();
    expect(await contract().target.remains(mine.sandboxId)).toEqual([]);
    expect((await contract().target.driver.list()).map((ref) => ref.sandboxId)).not.toContain(mine.sandboxId);
    expect(await contract().target.another().adopt(mine)).toBeNull();
    const failure = await mine.exec({ ...QUICK, argv: ['true'] }).catch((error: unknown) => error);
    expect(errorCode(failure)).toBe('sandbox_gone');
    expect(told).toBe(0);
  });

  test('an end from outside is told once, to late listeners too', async () => {
    const mine = await contract().fresh();
    const told: SandboxEnd[] = [];
    const end = new Promise<void>((resolve) => {
      mine.onEnd((reason) => {
        told.push(reason);
        resolve();
      });
    });
    await contract().target.killFromOutside(mine);
    await end;
    mine.onEnd((reason) => told.push(reason));
    expect(told).toHaveLength(2);
    expect(new Set(told).size).toBe(1);
    const failure = await mine.openShell({ name: 'shell-1', size: SIZE }).catch((error: unknown) => error);
    expect(errorCode(failure)).toBe('sandbox_gone');
  });

  test.each([0, 20, 300])('a creation given up after %i ms leaves nothing', async (ms) => {
    const wanted = contract().spec();
    const giveUp = new AbortController();
    const made = contract().target.driver.create(wanted, giveUp.signal);
    const ended = made.then(
      (late) => late.destroy(),
      () => undefined,
    );
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    giveUp.abort();
    await ended;
    expect(await contract().target.remains(wanted.sandboxId)).toEqual([]);
  });

  test('five at once are five different ones', async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => contract().fresh()));
    await Promise.all(
      five.map(async (one, i) => {
        await one.putFiles('/home/student', [{ path: 'who', content: Buffer.from(`${i}`), mode: 0o600 }]);
        const screen = await contract().shell(one, 'shell-1');
        screen.run(`N=number-${i}`);
        screen.run('echo its-$N.');
        await screen.sees(`its-number-${i}.`);
      }),
    );
    const read = await Promise.all(five.map((one) => one.getFiles(['/home/student/who'])));
    expect(read.map(([file]) => Buffer.from(file?.content ?? []).toString())).toEqual(['0', '1', '2', '3', '4']);
  });
}
