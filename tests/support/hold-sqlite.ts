import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const HOLDER = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1]);
database.exec('BEGIN IMMEDIATE');
process.stdout.write('held');
process.stdin.on('end', () => { database.exec('COMMIT'); database.close(); }).resume();
`;

/**
 * Another program that holds an SQLite file's write lock until it is released. It must be a process of its own: locks
 * of one process do not stop that process.
 */
export async function holdSqlite(url: string): Promise<{ release(): Promise<void> }> {
  const file = url.slice('file:'.length);
  const holder: ChildProcess = spawn(process.execPath, ['--no-warnings', '-e', HOLDER, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (!holder.stdout) throw new Error('the holder has no output');
  await once(holder.stdout, 'data');
  return {
    async release() {
      const ended = once(holder, 'exit');
      holder.stdin?.end();
      await ended;
    },
  };
}
