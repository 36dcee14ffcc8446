import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { becomeSole } from '#server/sole-process.ts';

const home = `/nowhere/${process.pid}`;

test('a second process on one home is refused with the number of the first; another role or home is not', async () => {
  const first = await becomeSole({ home, role: 'web' });
  onTestFinished(() => first[Symbol.dispose]());
  await expect(becomeSole({ home, role: 'web', patienceMs: 0 })).rejects.toThrow(`number ${process.pid}`);
  using _keeper = await becomeSole({ home, role: 'keeper', patienceMs: 0 });
  using _other = await becomeSole({ home: `${home}/other`, role: 'web', patienceMs: 0 });
});

test('the place of a process that was killed is free at once', async () => {
  const file = path.resolve('server/sole-process.ts');
  const code = `const { becomeSole } = await import(${JSON.stringify(file)});
    await becomeSole({ home: ${JSON.stringify(`${home}/killed`)}, role: 'web' });
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(becomeSole({ home: `${home}/killed`, role: 'web', patienceMs: 0 })).rejects.toThrow(`${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  using _next = await becomeSole({ home: `${home}/killed`, role: 'web' });
});
