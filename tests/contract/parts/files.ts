import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { errorCode } from '#server/errors.ts';
import type { Contract } from './contract.ts';

const MIB = 1024 ** 2;

/** What files and figures promise. `contract` is there once the suite has begun. */
export function describeFiles(contract: () => Contract): void {
  test('files go in and come out unchanged', async () => {
    const long = `deep/${'long-name-'.repeat(12)}.bin`;
    const files = [
      { path: 'notes.txt', content: Buffer.from('grüße\n'), mode: 0o644 },
      { path: long, content: randomBytes(70_000), mode: 0o755 },
    ];
    await contract().sandbox.putFiles('/home/student/contract', files);
    const paths = files.map((file) => `/home/student/contract/${file.path}`);
    const back = await contract().sandbox.getFiles(paths);
    expect(back.map(({ path, mode }) => ({ path, mode }))).toEqual(
      files.map(({ mode }, i) => ({ path: paths[i], mode })),
    );
    for (const [i, file] of files.entries())
      expect(Buffer.compare(back[i]?.content ?? Buffer.of(), file.content)).toBe(0);
  });

  test('a file that is not there is not found', async () => {
    const failure = await contract()
      .sandbox.getFiles(['/home/student/never-was'])
      .catch((error: unknown) => error);
    expect(errorCode(failure)).toBe('not_found');
  });

  test('its use of the machine is told', async () => {
    const screen = await contract().shell();
    screen.run('X=up');
    screen.run('echo is-$X.');
    await screen.sees('is-up.');
    const stats = await contract().sandbox.stats();
    expect(stats.cpuSeconds).toBeGreaterThanOrEqual(0);
    expect(stats.memoryBytes).toBeGreaterThan(0);
    expect(stats.pids).toBeGreaterThan(0);
  });

  test('what it writes is seen in its use of the disk, where that can be told', async () => {
    const used = async () => (await contract().sandbox.stats()).diskBytes;
    if (!contract().target.tellsDisk) return expect(await used()).toBeNull();
    // The figures may be some seconds old, and those of a file system know what it has committed.
    const settled = async (enough: (bytes: number) => boolean) => {
      await contract().exec({ argv: ['sync', '-f', '/home/student'] });
      const looked = async () => expect((await used()) ?? -1).toSatisfy(enough);
      await vi.waitFor(looked, { timeout: 15_000, interval: 250 });
      return Number(await used());
    };
    const before = await settled((bytes) => bytes >= 0);
    // What does not compress, and every driver can write.
    await contract().sandbox.putFiles('/home/student', [
      { path: 'twenty', content: randomBytes(20 * MIB), mode: 0o644 },
    ]);
    const after = await settled((bytes) => bytes >= before + 19 * MIB);
    expect(after - before).toBeLessThan(30 * MIB);
    await contract().exec({ argv: ['rm', '/home/student/twenty'] });
  });
}
