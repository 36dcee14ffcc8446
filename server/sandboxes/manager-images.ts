import type { ImagePhase } from '#server/shared/views.ts';

/** What the manager asks about lab images; a driver without images has none of these. */
export interface SandboxImages {
  status(courseId: string): { phase: ImagePhase; percent: number | null };
  /** The name that a sandbox would be made from now; null while there is none. */
  tag(courseId: string): string | null;
  /** Called whenever a course's image moves on: its phase or its percent. */
  onChange(listener: (courseId: string) => void): Disposable;
}

/** For drivers that need no image. */
export const noImages: SandboxImages = {
  status: () => ({ phase: 'ready', percent: null }),
  tag: () => null,
  onChange: () => ({ [Symbol.dispose]: () => undefined }),
};

type Waiting = { courseId: string; signal: AbortSignal; onProgress: (phase: ImagePhase) => void };

/** Resolves when the course's image is there. `onProgress` hears of every change before; a failed build may be begun again. */
export function untilImageReady(images: SandboxImages, { courseId, signal, onProgress }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    let watch: Disposable | null = null;
    const stop = () => {
      watch?.[Symbol.dispose]();
      signal.removeEventListener('abort', giveUp);
    };
    const giveUp = () => {
      stop();
      reject(signal.reason);
    };
    const look = () => {
      const { phase } = images.status(courseId);
      if (phase !== 'ready') return onProgress(phase);
      stop();
      resolve();
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    watch = images.onChange((changed) => changed === courseId && look());
    look();
  });
}
