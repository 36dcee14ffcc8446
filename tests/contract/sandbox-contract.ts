import { randomBytes } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { errorCode } from '#server/errors.ts';
import type { ExecRequest, Limits, Sandbox, SandboxDriver, SandboxEnd, SnapshotRef } from '#server/sandboxes/driver.ts';
import { Screen } from './screen.ts';

export type ContractTarget = {
  driver: SandboxDriver;
  courseId: string;
  /** Whether it knows how much disk a sandbox takes. */
  tellsDisk: boolean;
  /** Which limits the host holds, asked of the host itself. */
  enforces: readonly (keyof Limits)[];
  /** A second driver on the same host, as after the loss of the server process. */
  another(): SandboxDriver;
  /** Ends it behind our back. */
  killFromOutside(sandbox: Sandbox): Promise<void>;
  /** Whether a kept state has nested images and containers in it. */
  keepsWhole: boolean;
  /** Everything on the host that belongs to this sandbox id. */
  remains(sandboxId: string): Promise<string[]>;
  dispose(): Promise<void>;
};

const MIB = 1024 ** 2;
const SIZE = { cols: 80, rows: 24 };
const LIMITS = { memoryMiB: 1024, cpus: 1, pids: 512, diskMiB: 4096 };
const QUICK = { user: 'student', timeoutMs: 20_000, maxOutputBytes: 64 * 1024 } as const;

/** What every driver promises. A driver that cannot be tried here fails: it is never skipped. */
export function describeSandboxContract(name: string, open: () => Promise<ContractTarget>): void {
  describe(`the ${name} driver`, () => {
    let target: ContractTarget;
    let sandbox: Sandbox;
    const spec = () => ({
      sandboxId: `ct-${randomBytes(5).toString('hex')}`,
      courseId: target.courseId,
      limits: LIMITS,
    });
    const fresh = async () => {
      const made = await target.driver.create(spec());
      onTestFinished(() => made.destroy());
      return made;
    };
    const shell = async (in_: Sandbox = sandbox, shellName = `shell-${randomBytes(3).toString('hex')}`) => {
      const screen = new Screen(await in_.openShell({ name: shellName, size: SIZE }));
      onTestFinished(() => screen.shell.kill());
      return screen;
    };
    const exec = (request: Partial<ExecRequest> & Pick<ExecRequest, 'argv'>) => sandbox.exec({ ...QUICK, ...request });

    beforeAll(async () => {
      target = await open();
      sandbox = await target.driver.create(spec());
    });
    afterAll(async () => {
      await sandbox?.destroy();
      await target?.dispose();
    });

    test('reports itself usable and offers a shell', async () => {
      const report = await target.driver.check();
      expect(report).toMatchObject({ driver: target.driver.name, usable: true });
      expect(report.enforces).toEqual(target.enforces);
      expect(report.capabilities).toContain('shell');
      expect(sandbox.capabilities).toContain('shell');
    });

    test('a command typed into the shell answers', async () => {
      const screen = await shell();
      screen.run('X=forty');
      screen.run('echo $X-two');
      await screen.sees('forty-two');
    });

    test('what is typed is seen before Enter', async () => {
      const screen = await shell();
      screen.run('echo re$UNSET-ady');
      await screen.sees('re-ady');
      screen.type('typed-and-not-sent');
      await screen.sees('typed-and-not-sent');
    });

    test('the shell begins at the size it was opened with and sees a new one', async () => {
      const screen = await shell();
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
      const screen = await shell();
      screen.run('W=grüße-日本');
      screen.run('echo says:$W.');
      await screen.sees('says:grüße-日本.');
    });

    test('a paused shell stops, and not one byte is lost', async () => {
      const screen = await shell();
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
      const numbers = [...stripVTControlCharacters(screen.text).matchAll(/^(\d+)\r$/gm)].map((match) =>
        Number(match[1]),
      );
      expect(numbers).toEqual(Array.from({ length: 200_000 }, (_, i) => i + 1));
    });

    test('the exit code of the shell is told', async () => {
      const screen = await shell();
      screen.run('exit 7');
      expect(await screen.exits()).toEqual({ exitCode: 7, signal: null });
    });

    test('a killed shell ends, and its name can be used again', async () => {
      const screen = await shell(sandbox, 'shell-9');
      screen.run('LOST=variable');
      await screen.shell.kill();
      await screen.exits();
      const again = await shell(sandbox, 'shell-9');
      again.run('echo lost:$LOST:');
      await again.sees('lost::');
    });

    test('a command gives its output, its errors and its code', async () => {
      const result = await exec({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
      expect(result).toEqual({ exitCode: 3, timedOut: false, truncated: false, stdout: 'out\n', stderr: 'err\n' });
    });

    test('a command reads what it is given, to the end', async () => {
      const stdin = 'line grüße\n'.repeat(4000);
      const result = await exec({ argv: ['cat'], stdin });
      expect(result).toMatchObject({ exitCode: 0, stdout: stdin });
    });

    test('a command sees its environment', async () => {
      const result = await exec({ argv: ['sh', '-c', 'echo $GREETING'], env: { GREETING: 'hello' } });
      expect(result.stdout).toBe('hello\n');
    });

    test('a command past its time limit is ended inside the sandbox too', async () => {
      const began = Date.now();
      const result = await exec({ argv: ['sh', '-c', 'sleep 61.5'], timeoutMs: 700 });
      expect(result).toMatchObject({ exitCode: null, timedOut: true });
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(await exec({ argv: ['pgrep', '-f', '^sleep 61[.]5'] })).toMatchObject({ exitCode: 1 });
    });

    test('a command is ended by its signal', async () => {
      const giveUp = new AbortController();
      const running = exec({ argv: ['sleep', '62.5'], signal: giveUp.signal });
      setTimeout(() => giveUp.abort(new Error('given up')), 500);
      await expect(running).rejects.toThrow('given up');
      expect(await exec({ argv: ['pgrep', '-f', '^sleep 62[.]5'] })).toMatchObject({ exitCode: 1 });
    });

    test('output above the cap is dropped and said to be', async () => {
      const result = await exec({ argv: ['seq', '1', '100000'], maxOutputBytes: 1000 });
      expect(result).toMatchObject({ exitCode: 0, truncated: true });
      expect(result.stdout).toHaveLength(1000);
    });

    test('a command runs as the student or as root of the sandbox', async () => {
      expect((await exec({ argv: ['id', '-un'] })).stdout).toBe('student\n');
      expect((await exec({ argv: ['id', '-un'], user: 'root' })).stdout).toBe('root\n');
    });

    test('an unknown command is code 127, not a fault', async () => {
      expect(await exec({ argv: ['no-such-command-here'] })).toMatchObject({ exitCode: 127, timedOut: false });
    });

    test('files go in and come out unchanged', async () => {
      const long = `deep/${'long-name-'.repeat(12)}.bin`;
      const files = [
        { path: 'notes.txt', content: Buffer.from('grüße\n'), mode: 0o644 },
        { path: long, content: randomBytes(70_000), mode: 0o755 },
      ];
      await sandbox.putFiles('/home/student/contract', files);
      const paths = files.map((file) => `/home/student/contract/${file.path}`);
      const back = await sandbox.getFiles(paths);
      expect(back.map(({ path, mode }) => ({ path, mode }))).toEqual(
        files.map(({ mode }, i) => ({ path: paths[i], mode })),
      );
      for (const [i, file] of files.entries())
        expect(Buffer.compare(back[i]?.content ?? Buffer.of(), file.content)).toBe(0);
    });

    test('a file that is not there is not found', async () => {
      const failure = await sandbox.getFiles(['/home/student/never-was']).catch((error: unknown) => error);
      expect(errorCode(failure)).toBe('not_found');
    });

    test('its use of the machine is told', async () => {
      const screen = await shell();
      screen.run('X=up');
      screen.run('echo is-$X.');
      await screen.sees('is-up.');
      const stats = await sandbox.stats();
      expect(stats.cpuSeconds).toBeGreaterThanOrEqual(0);
      expect(stats.memoryBytes).toBeGreaterThan(0);
      expect(stats.pids).toBeGreaterThan(0);
    });

    test('what it writes is seen in its use of the disk, where that can be told', async () => {
      const used = async () => (await sandbox.stats()).diskBytes;
      if (!target.tellsDisk) return expect(await used()).toBeNull();
      // The figures may be some seconds old, and those of a file system know what it has committed.
      const settled = async (enough: (bytes: number) => boolean) => {
        await exec({ argv: ['sync', '-f', '/home/student'] });
        const looked = async () => expect((await used()) ?? -1).toSatisfy(enough);
        await vi.waitFor(looked, { timeout: 15_000, interval: 250 });
        return Number(await used());
      };
      const before = await settled((bytes) => bytes >= 0);
      // What does not compress, and every driver can write.
      await sandbox.putFiles('/home/student', [{ path: 'twenty', content: randomBytes(20 * MIB), mode: 0o644 }]);
      const after = await settled((bytes) => bytes >= before + 19 * MIB);
      expect(after - before).toBeLessThan(30 * MIB);
      await exec({ argv: ['rm', '/home/student/twenty'] });
    });

    test('after the loss of our process, another driver opens the same shell', async () => {
      const mine = await fresh();
      const screen = await shell(mine, 'shell-1');
      screen.run('KEPT=still-here');
      screen.run('echo ready:$KEPT');
      await screen.sees('ready:still-here');
      screen.shell.detach();
      const second = target.another();
      onTestFinished(() => second.dispose());
      expect((await second.list()).map((ref) => ref.sandboxId)).toContain(mine.sandboxId);
      const adopted = await second.adopt({ sandboxId: mine.sandboxId, ref: mine.ref });
      if (adopted === null) throw new Error('was not adopted');
      const later = await shell(adopted, 'shell-1');
      expect(later.shell.held).toBe(true);
      later.run('echo again:$KEPT');
      await later.sees('again:still-here');
      later.run('exit 4');
      expect(await later.exits()).toEqual({ exitCode: 4, signal: null });
    });

    test('what was destroyed is gone, is safe to destroy twice, and cannot be adopted', async () => {
      const mine = await fresh();
      const screen = await shell(mine, 'shell-1');
      let told = 0;
      mine.onEnd(() => told++);
      await mine.destroy();
      await mine.destroy();
      await screen.exits();
      expect(await target.remains(mine.sandboxId)).toEqual([]);
      expect((await target.driver.list()).map((ref) => ref.sandboxId)).not.toContain(mine.sandboxId);
      expect(await target.another().adopt(mine)).toBeNull();
      const failure = await mine.exec({ ...QUICK, argv: ['true'] }).catch((error: unknown) => error);
      expect(errorCode(failure)).toBe('sandbox_gone');
      expect(told).toBe(0);
    });

    test('an end from outside is told once, to late listeners too', async () => {
      const mine = await fresh();
      const told: SandboxEnd[] = [];
      const end = new Promise<void>((resolve) => {
        mine.onEnd((reason) => {
          told.push(reason);
          resolve();
        });
      });
      await target.killFromOutside(mine);
      await end;
      mine.onEnd((reason) => told.push(reason));
      expect(told).toHaveLength(2);
      expect(new Set(told).size).toBe(1);
      const failure = await mine.openShell({ name: 'shell-1', size: SIZE }).catch((error: unknown) => error);
      expect(errorCode(failure)).toBe('sandbox_gone');
    });

    const note = (text: string) => [{ path: 'note', content: Buffer.from(text), mode: 0o640 }];
    const noteIn = async (one: Sandbox) => {
      const [file] = await one.getFiles(['/home/student/note']);
      return Buffer.from(file?.content ?? []).toString();
    };
    const snapshotId = () => `cs-${randomBytes(5).toString('hex')}`;
    const keep = async (one: Sandbox, id = snapshotId()) => {
      const taken = await one.snapshot(id);
      onTestFinished(() => target.driver.deleteSnapshot(taken));
      return taken;
    };
    const from = async (ref: SnapshotRef) => {
      const made = await target.driver.create({ ...spec(), from: ref });
      onTestFinished(() => made.destroy());
      return made;
    };
    const snapshotIds = async () => (await target.driver.listSnapshots()).map((one) => one.snapshotId);

    test('a kept state begins a new sandbox as it was, and leaves the first one alone', async () => {
      const mine = await fresh();
      expect(mine.capabilities).toContain('snapshot');
      await mine.putFiles('/home/student', note('before'));
      const screen = await shell(mine, 'shell-1');
      screen.run('KEPT=running');
      const taken = await keep(mine);
      expect(taken).toMatchObject({ whole: target.keepsWhole, sizeBytes: expect.any(Number) });
      expect(await snapshotIds()).toContain(taken.snapshotId);
      screen.run('echo still:$KEPT');
      await screen.sees('still:running');
      await mine.putFiles('/home/student', note('after'));
      const again = await from(taken);
      expect(await noteIn(again)).toBe('before');
      expect(again.sandboxId).not.toBe(mine.sandboxId);
      const later = await shell(again, 'shell-1');
      later.run('X=up');
      later.run('echo is-$X.');
      await later.sees('is-up.');
      await again.putFiles('/home/student', note('second'));
      expect(await noteIn(mine)).toBe('after');
      const grandchild = await from(await keep(again));
      expect(await noteIn(grandchild)).toBe('second');
    });

    test('another driver finds a kept state; deleted it is gone, safe to delete twice, and begins nothing', async () => {
      const taken = await sandbox.snapshot(snapshotId());
      const second = target.another();
      onTestFinished(() => second.dispose());
      const ids = (await second.listSnapshots()).map((one) => one.snapshotId);
      expect(ids).toContain(taken.snapshotId);
      await second.deleteSnapshot(taken);
      await second.deleteSnapshot(taken);
      expect(await snapshotIds()).not.toContain(taken.snapshotId);
      const wanted = { ...spec(), from: taken };
      const failure = await target.driver.create(wanted).catch((error: unknown) => error);
      expect(errorCode(failure)).toBe('snapshot_unknown');
      expect(await target.remains(wanted.sandboxId)).toEqual([]);
    });

    test.each([0, 200])('a keeping given up after %i ms leaves nothing', async (ms) => {
      const id = snapshotId();
      const giveUp = new AbortController();
      const taken = sandbox.snapshot(id, giveUp.signal).then(
        (late) => target.driver.deleteSnapshot(late),
        () => undefined,
      );
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      giveUp.abort();
      await taken;
      expect(await snapshotIds()).not.toContain(id);
      expect((await exec({ argv: ['true'] })).exitCode).toBe(0);
    });

    test.each([0, 20, 300])('a creation given up after %i ms leaves nothing', async (ms) => {
      const wanted = spec();
      const giveUp = new AbortController();
      const made = target.driver.create(wanted, giveUp.signal);
      const ended = made.then(
        (late) => late.destroy(),
        () => undefined,
      );
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      giveUp.abort();
      await ended;
      expect(await target.remains(wanted.sandboxId)).toEqual([]);
    });

    test('five at once are five different ones', async () => {
      const five = await Promise.all(Array.from({ length: 5 }, fresh));
      await Promise.all(
        five.map(async (one, i) => {
          await one.putFiles('/home/student', [{ path: 'who', content: Buffer.from(`${i}`), mode: 0o600 }]);
          const screen = await shell(one, 'shell-1');
          screen.run(`N=number-${i}`);
          screen.run('echo its-$N.');
          await screen.sees(`its-number-${i}.`);
        }),
      );
      const read = await Promise.all(five.map((one) => one.getFiles(['/home/student/who'])));
      expect(read.map(([file]) => Buffer.from(file?.content ?? []).toString())).toEqual(['0', '1', '2', '3', '4']);
    });
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
