import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AREAS } from './areas.ts';
import { EchoMeter } from './echo-meter.ts';
import { type Measured, resultTable } from './report.ts';
import { Scene } from './scene.ts';

/** Machines are shared and small: a shell answers within this, and never not at all. */
const ANSWER_MS = 15_000;
/** An engine with its image, and three systems that boot. */
const OPENING_MS = 400_000;

/** Written after each attempt, so that a run that is cut short has told what it saw. */
async function writtenTable(): Promise<string> {
  const table = resultTable(AREAS, results);
  await mkdir('test-results', { recursive: true });
  await writeFile('test-results/escape.md', table);
  return table;
}

const results = new Map<string, Measured>();
let scene: Scene;
let meter: EchoMeter;

beforeAll(async () => {
  scene = await Scene.open();
  meter = await EchoMeter.start(scene.neighbour);
}, OPENING_MS);
afterAll(async () => {
  await meter?.stop();
  await scene?.close();
  process.stdout.write(await writtenTable());
}, OPENING_MS);

describe.each(AREAS)('$title', ({ attempts }) => {
  test.each(attempts)('$id: $tries', async ({ id, run }) => {
    await scene.witness.look();
    await meter.take();
    const began = performance.now();
    let held = false;
    try {
      await run(scene);
      expect(await scene.witness.changes()).toEqual([]);
      held = true;
    } finally {
      await scene.tidy();
      const seconds = (performance.now() - began) / 1000;
      const echoes = await meter.take();
      results.set(id, { held, seconds, echoes });
      await writtenTable();
      expect(echoes.max).toBeLessThan(ANSWER_MS);
      expect(echoes.count).toBeGreaterThan(0);
    }
  });
});
