import path from 'node:path';
import { AppError } from '#server/errors.ts';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { becomeSole } from '#server/sole-process.ts';
import type { LabEngine } from './lab.ts';

/** Apart from the product's own engine and from the tests' on the same machine. */
const OWN = { home: '/var/lib/chapterhouse-prove', index: 76 };
const CACHE = process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse';

export type EngineRequest = {
  /** A course's folder with a `sandbox/` below it. */
  imageDir: string;
  /** A running engine to borrow; null starts one and ends it. */
  borrowed: { home: string; index: number } | null;
  /** Says what is going on: an image takes minutes the first time. */
  say: (line: string) => void;
  signal: AbortSignal;
};

/**
 * An engine with the course's lab image. One of our own is ended by `close`; its store stays on the disk, so that the next
 * proof begins at once. Throws `host_incapable` where there can be none.
 */
export async function openProveEngine({ imageDir, borrowed, say, signal }: EngineRequest): Promise<LabEngine> {
  if (process.getuid?.() !== 0) throw new AppError('host_incapable', 'an engine for sandboxes needs root: use sudo');
  const sole = borrowed === null ? await becomeSole({ home: OWN.home, role: 'prover' }) : null;
  const engine = createEngine(borrowed ?? { home: path.join(OWN.home, 'engine'), index: OWN.index });
  const close = async () => {
    if (sole === null) engine.release();
    else await engine.stop();
    sole?.[Symbol.dispose]();
  };
  try {
    say(borrowed === null ? 'starting an engine …' : `borrowing the engine in ${borrowed.home} …`);
    await engine.start();
    const courseId = path.basename(imageDir);
    let told = '';
    const image = await ensureLabImage({
      engine,
      courseId,
      directory: path.join(imageDir, 'sandbox'),
      cacheDirectory: path.join(CACHE, 'images'),
      pullBase: null,
      signal,
      onProgress: ({ phase }) => {
        if (phase !== told) say(`lab image of ${courseId}: ${phase}`);
        told = phase;
      },
    });
    return { engine, courseId, imageTag: image.tag, isBorrowed: borrowed !== null, close };
  } catch (error) {
    await close();
    throw error;
  }
}
