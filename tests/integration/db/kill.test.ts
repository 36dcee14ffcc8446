import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { db } from '#server/db.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const NODE = join(import.meta.dirname, '../../../node_modules/.bin/node');
const WRITER = join(import.meta.dirname, 'kill-writer.ts');

/** Lets a process of its own write until it has acknowledged so many rows, kills it, and gives the last one's number. */
async function killedAfter(rows: number, url: string): Promise<number> {
  const writer = spawn(NODE, [WRITER, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = -1;
  const lines = createInterface({ input: writer.stdout });
  for await (const line of lines) {
    last = Number(line);
    if (last >= rows && !writer.killed) writer.kill('SIGKILL');
  }
  return last;
}

describe.each(DATABASES)('on %s', (kind) => {
  const database = useTestDatabase(kind);

  test('no acknowledged row is lost when the process is killed, and the database opens again', async () => {
    const last = await killedAfter(300, database.url());
    const ids = new Set((await db().oneTimeLink.findMany()).map((row) => Number(row.id)));
    expect(last).toBeGreaterThanOrEqual(300);
    expect(Array.from({ length: last + 1 }, (_, i) => i).filter((i) => !ids.has(i))).toEqual([]);
    const halves = await db().oneTimeLink.findMany({ where: { usedById: null } });
    expect(halves.filter((row) => Number(row.id) % 2 === 1)).toEqual([]);
  });
});
