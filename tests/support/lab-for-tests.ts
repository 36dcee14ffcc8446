import { type Lab, openLab as openLabOn } from '#server/authoring/prove/lab.ts';
import { openTestEngine } from './engine-for-tests.ts';

export type { Lab };

/** Real sandboxes of the course on the engine of the tests. */
export async function openLab(): Promise<Lab> {
  const isBorrowed = process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET !== undefined;
  return openLabOn({ ...(await openTestEngine()), isBorrowed });
}
