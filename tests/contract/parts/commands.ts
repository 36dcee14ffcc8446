import { expect, test } from 'vitest';
import type { Contract } from './contract.ts';

/** What a command promises. `contract` is there once the suite has begun. */
export function describeCommands(contract: () => Contract): void {
  test('a command gives its output, its errors and its code', async () => {
    const result = await contract().exec({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
    expect(result).toEqual({ exitCode: 3, timedOut: false, truncated: false, stdout: 'out\n', stderr: 'err\n' });
  });

  test('a command reads what it is given, to the end', async () => {
    const stdin = 'line grüße\n'.repeat(4000);
    const result = await contract().exec({ argv: ['cat'], stdin });
    expect(result).toMatchObject({ exitCode: 0, stdout: stdin });
  });

  test('a command sees its environment', async () => {
    const result = await contract().exec({ argv: ['sh', '-c', 'echo $GREETING'], env: { GREETING: 'hello' } });
    expect(result.stdout).toBe('hello\n');
  });

  test('a command past its time limit is ended inside the sandbox too', async () => {
    const began = Date.now();
    const result = await contract().exec({ argv: ['sh', '-c', 'sleep 61.5'], timeoutMs: 700 });
    expect(result).toMatchObject({ exitCode: null, timedOut: true });
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await contract().exec({ argv: ['pgrep', '-f', '^sleep 61[.]5'] })).toMatchObject({ exitCode: 1 });
  });

  test('a command is ended by its signal', async () => {
    const giveUp = new AbortController();
    const running = contract().exec({ argv: ['sleep', '62.5'], signal: giveUp.signal });
    setTimeout(() => giveUp.abort(new Error('given up')), 500);
    await expect(running).rejects.toThrow('given up');
    expect(await contract().exec({ argv: ['pgrep', '-f', '^sleep 62[.]5'] })).toMatchObject({ exitCode: 1 });
  });

  test('output above the cap is dropped and said to be', async () => {
    const result = await contract().exec({ argv: ['seq', '1', '100000'], maxOutputBytes: 1000 });
    expect(result).toMatchObject({ exitCode: 0, truncated: true });
    expect(result.stdout).toHaveLength(1000);
  });

  test('a command runs as the student or as root of the sandbox', async () => {
    expect((await contract().exec({ argv: ['id', '-un'] })).stdout).toBe('student\n');
    expect((await contract().exec({ argv: ['id', '-un'], user: 'root' })).stdout).toBe('root\n');
  });

  test('an unknown command is code 127, not a fault', async () => {
    expect(await contract().exec({ argv: ['no-such-command-here'] })).toMatchObject({ exitCode: 127, timedOut: false });
  });
}
