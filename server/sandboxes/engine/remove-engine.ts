import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#server/errors.ts';
import { createEngine } from './engine.ts';
import { type EngineOptions, planEngine } from './engine-plan.ts';
import { leftoversOf } from './leftovers.ts';
import { mountsInside } from './store.ts';

/** Ends the engine and deletes all it has: containers, images, snapshots, store and registry. Safe twice. */
export async function removeEngine(options: EngineOptions): Promise<void> {
  await requireEngineHome(options);
  await createEngine(options).stop();
  const left = await leftoversOf(options);
  if (left.length > 0) throw new AppError('internal', `still there, so no file was deleted:\n${left.join('\n')}`);
  // Through a mount the files of something else would be deleted.
  const mounts = await mountsInside(options.home);
  if (mounts.length > 0) throw new AppError('internal', `still mounted: ${mounts.join(', ')}`);
  await removeAtOnce(options.home);
}

/**
 * Whoever watches this engine sees its end noted, or no home, and nothing between: the note goes with all the rest in one
 * moment, however long the deleting takes.
 */
async function removeAtOnce(home: string): Promise<void> {
  const doomed = `${home}.removed`;
  // What an earlier removal left that was cut off.
  await rm(doomed, { recursive: true, force: true });
  await rename(home, doomed).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rm(doomed, { recursive: true, force: true });
}

/** A mistyped folder is not an engine's, and stays. */
async function requireEngineHome(options: EngineOptions): Promise<void> {
  const plan = planEngine(options);
  const names = await readdir(options.home).catch(() => null);
  if (names === null || names.length === 0) return;
  const own = [plan.dataRoot, plan.storeFile, plan.configFile, plan.logFile, plan.pidFile].map((it) =>
    path.basename(it),
  );
  if (!names.some((name) => own.includes(name)))
    throw new AppError('bad_request', `${options.home} is not the home of an engine`);
}
