import path from 'node:path';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';

const HOME = process.env.CHAPTERHOUSE_TEST_HOME ?? '/var/lib/chapterhouse-test';
const CACHE = process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse';
/** Apart from the product's own engine on the same machine. */
const INDEX = Number(process.env.CHAPTERHOUSE_TEST_ENGINE_INDEX ?? 77);
const COURSE = 'virtualization';
export const TEST_ENGINE = { home: path.join(HOME, 'engine'), index: INDEX };

export type TestEngine = { engine: Engine; courseId: string; imageTag: string; close(): Promise<void> };

/**
 * The engine of the tests with the lab image in it. Where the runner started it already (it then names its socket),
 * it is used and left alone; otherwise it is started here and stopped by `close`.
 */
export async function openTestEngine(): Promise<TestEngine> {
  const engine = createEngine(TEST_ENGINE);
  const isShared = process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET !== undefined;
  await engine.start();
  // Who borrows an engine does not watch over it as well.
  if (isShared) engine.release();
  const close = async () => (isShared ? engine.release() : engine.stop());
  try {
    const image = await ensureLabImage({
      engine,
      courseId: COURSE,
      directory: path.resolve('content', COURSE, 'sandbox'),
      cacheDirectory: path.join(CACHE, 'images'),
      pullBase: null,
    });
    return { engine, courseId: COURSE, imageTag: image.tag, close };
  } catch (error) {
    await close();
    throw error;
  }
}
