import type { SystemView } from '#server/shared/views.ts';
import { isWorking } from './image-event.ts';

export type Verdict = 'ready' | 'building' | 'engine' | 'image' | 'driver' | 'full';

/** The one sentence before a lesson: what stands in the way, the most basic thing first. */
export function lessonVerdict({ driver, engine, images, machine }: SystemView): Verdict {
  if (engine && engine.phase !== 'ready') return 'engine';
  if (driver === null) return 'driver';
  const missing = images.filter((image) => image.phase !== 'ready');
  if (missing.some((image) => isWorking(image.phase))) return 'building';
  if (missing.length > 0) return 'image';
  return machine.seatsFree > 0 ? 'ready' : 'full';
}
