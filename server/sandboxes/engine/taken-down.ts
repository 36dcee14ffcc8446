import { access, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnginePlan } from './engine-plan.ts';

const note = (plan: EnginePlan) => path.join(plan.home, 'taken-down');

/** Tells every process that watches this engine that its end is wanted. */
export async function noteTakenDown(plan: EnginePlan): Promise<void> {
  await writeFile(note(plan), '').catch((error: unknown) => {
    // Without a home there is no engine that anybody could watch.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}

export const forgetTakenDown = (plan: EnginePlan): Promise<void> => rm(note(plan), { force: true });

/** True as well when all of the engine was removed. */
export async function wasTakenDown(plan: EnginePlan): Promise<boolean> {
  return (await exists(note(plan))) || !(await exists(plan.home));
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
