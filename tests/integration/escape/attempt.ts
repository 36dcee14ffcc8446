import type { Scene } from './scene.ts';

/** One way out, or one way to hurt the others, that is tried from inside a real sandbox. */
export type Attempt = {
  id: string;
  /** What it does, in one sentence. */
  tries: string;
  /** What comes of it, as the host or the target sees it. */
  outcome: string;
  /** Tries it, and throws when the outcome is another. */
  run(scene: Scene): Promise<void>;
};

export type Area = { title: string; attempts: readonly Attempt[] };
