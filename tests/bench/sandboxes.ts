import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { openRoom } from './classroom.ts';
import { type Figure, table } from './figures.ts';
import { coldStarts, snapshots, thirtyAtOnce, warmStarts } from './measures.ts';

/**
 * `npm run bench:sandboxes`: what a student waits for and what they cost, on a real engine of its own
 * (CHAPTERHOUSE_TEST_HOME, CHAPTERHOUSE_TEST_ENGINE_INDEX). Prints a table, and writes it as JSON to
 * CHAPTERHOUSE_BENCH_JSON or test-results/bench-sandboxes.json.
 */
const TIMES = Number(process.env.CHAPTERHOUSE_BENCH_TIMES ?? 12);
const FILE = path.resolve(process.env.CHAPTERHOUSE_BENCH_JSON ?? 'test-results/bench-sandboxes.json');
process.env.CHAPTERHOUSE_LOG_LEVEL ??= 'error';

const load = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;

async function main(): Promise<void> {
  const loadBefore = load();
  const room = await openRoom();
  const figures: Figure[] = [];
  process.once('SIGINT', () => void room.close().finally(() => process.exit(130)));
  try {
    for (const measure of [coldStarts, warmStarts, thirtyAtOnce, snapshots]) {
      console.error(`measuring: ${measure.name}`);
      figures.push(...(await measure(room, TIMES)));
    }
  } finally {
    await room.close();
  }
  const machine = {
    at: new Date().toISOString(),
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryMiB: Math.round(totalmem() / 1024 ** 2),
    loadBefore,
    loadAfter: load(),
  };
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  console.log(table(figures));
  console.log(`load before ${machine.loadBefore}, after ${machine.loadAfter}, its own included; written to ${FILE}`);
}

await main();
process.exit();
