import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createEngine, type Engine, type EngineState } from '#server/sandboxes/engine/engine.ts';
import type { EngineOptions } from '#server/sandboxes/engine/engine-plan.ts';
import { leftoversOf } from '#server/sandboxes/engine/leftovers.ts';

const ROOT = process.env.CHAPTERHOUSE_TEST_HOME ?? '/var/lib/chapterhouse-test';

/** Engines of one test run count on from the shared one's number, so that two checkouts can be tested side by side. */
const SHARED_INDEX = Number(process.env.CHAPTERHOUSE_TEST_ENGINE_INDEX ?? 77);

/** An engine that one test file alone uses, told apart by 1 to 9. Short names: a unix socket's path ends at 107 bytes. */
export const ownEngine = (name: string, number: number): EngineOptions => ({
  home: path.join(ROOT, name),
  index: SHARED_INDEX + number,
  storeGiB: 8,
});

/** Ends whatever an earlier run left of it, or this one. */
export async function removeEngine(options: EngineOptions): Promise<void> {
  await createEngine(options).stop();
  await rm(options.home, { recursive: true, force: true });
}

/** What an engine could leave behind on its machine, in words that name this engine alone. */
export const tracesOf = leftoversOf;

export function nextState(engine: Engine, wanted: (state: EngineState) => boolean): Promise<EngineState> {
  return new Promise((resolve) => {
    const subscription = engine.onStateChange((state) => {
      if (!wanted(state)) return;
      subscription[Symbol.dispose]();
      resolve(state);
    });
  });
}

export function runningPid(engine: Engine): number {
  const { state } = engine.status();
  if (state.phase !== 'running') throw new Error(`the engine is ${state.phase}`);
  return state.pid;
}
