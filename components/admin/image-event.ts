import type { LiveEvent } from '#server/shared/protocol.ts';
import type { ImagePhase, ImageView } from '#server/shared/views.ts';

/** Lines of a build's log kept in the page. */
const KEPT_LINES = 400;
const PHASES: readonly string[] = [
  'unknown',
  'waiting',
  'loading',
  'building',
  'ready',
  'failed',
] satisfies ImagePhase[];
const isPhase = (text: string): text is ImagePhase => PHASES.includes(text);

/** What a live 'image' event makes of the images on the page. */
export function applyImageEvent(images: readonly ImageView[], event: LiveEvent): readonly ImageView[] {
  if (event.type !== 'image') return images;
  return images.map((image) => {
    if (image.courseId !== event.courseId) return image;
    const phase = isPhase(event.phase) ? event.phase : image.phase;
    const restarted = image.phase !== phase && (phase === 'waiting' || phase === 'loading' || phase === 'building');
    const log = [...(restarted && !isWorking(image.phase) ? [] : image.log), ...event.lines].slice(-KEPT_LINES);
    return { ...image, phase, percent: event.percent, log, error: phase === 'failed' ? image.error : null };
  });
}

export const isWorking = (phase: ImagePhase): boolean =>
  phase === 'waiting' || phase === 'loading' || phase === 'building';
