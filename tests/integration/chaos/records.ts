import { closeDatabase, db, openDatabase } from '#server/db.ts';

export type SandboxRow = {
  id: string;
  purpose: string;
  ref: string | null;
  phase: string;
  ending: string | null;
  readyAt: Date | null;
  endedAt: Date | null;
};
export type Records = {
  sandboxes: SandboxRow[];
  /** `<enrollment> <step>` of all that are passed. */
  steps: Set<string>;
  saved: { id: string; ref: string | null; state: string }[];
};

/** What the product has on disk, while it runs. */
export async function readRecords(url: string): Promise<Records> {
  await openDatabase({ url });
  try {
    const passed = await db().stepProgress.findMany({ where: { passedAt: { not: null } } });
    return {
      sandboxes: await db().sandbox.findMany(),
      steps: new Set(passed.map(({ enrollmentId, stepKey }) => `${enrollmentId} ${stepKey}`)),
      saved: await db().snapshot.findMany(),
    };
  } finally {
    await closeDatabase();
  }
}
