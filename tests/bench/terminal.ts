import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { type Floors, measureFloors } from './terminal/floors.ts';
import {
  attach,
  echoAmongFifty,
  echoBesideFlood,
  echoIdle,
  idle,
  interrupt,
  type Measure,
  makeLog,
  output,
  stall,
} from './terminal/measures.ts';
import { bubblewrapStand, dockerStand, type Stand } from './terminal/stand.ts';
import { type Row, tableOf } from './terminal/table.ts';

/**
 * `npm run bench:terminal`: what a student feels and what the server pays, over loopback sockets with real shells, beside
 * what this machine can do at most. Prints a table, and writes it as JSON to CHAPTERHOUSE_BENCH_JSON or
 * test-results/bench-terminal.json. CHAPTERHOUSE_BENCH_THROUGH: bubblewrap, docker or, as where it is not given, both;
 * Docker means an engine of its own, or a running one as the tests' settings tell.
 */
const FILE = path.resolve(process.env.CHAPTERHOUSE_BENCH_JSON ?? 'test-results/bench-terminal.json');
const THROUGH = process.env.CHAPTERHOUSE_BENCH_THROUGH ?? 'bubblewrap docker';
process.env.CHAPTERHOUSE_LOG_LEVEL ??= 'error';

const STANDS: Record<string, () => Promise<Stand>> = { bubblewrap: bubblewrapStand, docker: dockerStand };
const MEASURES: Measure[] = [echoIdle, output, interrupt, stall, attach, echoBesideFlood, echoAmongFifty, idle];

const load = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;

async function through(open: () => Promise<Stand>, floors: Floors): Promise<Row[]> {
  const stand = await open();
  try {
    await makeLog(stand);
    const rows: Row[] = [];
    for (const measure of MEASURES) {
      console.error(`measuring: ${stand.through}, ${measure.name}`);
      rows.push(...(await measure(stand, floors)));
    }
    return rows;
  } finally {
    await stand.close();
  }
}

async function main(): Promise<void> {
  const loadBefore = load();
  const floors = await measureFloors();
  const rows = [...floors.rows];
  for (const [name, open] of Object.entries(STANDS)) {
    if (THROUGH.includes(name)) rows.push(...(await through(open, floors)));
  }
  const machine = {
    at: new Date().toISOString(),
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryMiB: Math.round(totalmem() / 1024 ** 2),
    kernel: release(),
    node: process.version,
    loadBefore,
    loadAfter: load(),
  };
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  console.log(tableOf(rows));
  console.log(`load before ${loadBefore}, after ${machine.loadAfter}, its own included; written to ${FILE}`);
}

await main();
process.exit();
