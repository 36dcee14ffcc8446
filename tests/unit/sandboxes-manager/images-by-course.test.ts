import { expect, test } from 'vitest';
import { imagesByCourse } from '#server/compose-images.ts';
import type { ImageView } from '#server/shared/views.ts';

/** The images as the keeper tells of them: of the courses that have a Dockerfile. */
function keptImages(...known: string[]) {
  const listeners = new Set<(change: { courseId: string; lines: string[] }) => void>();
  const tags = new Map<string, string>();
  return {
    tags,
    tell(courseId: string) {
      for (const listener of listeners) listener({ courseId, lines: [] });
    },
    kept: {
      views: () => known.map((courseId) => ({ courseId }) as ImageView),
      status: () => ({ phase: 'building' as const, percent: 10 }),
      tag: (courseId: string) => tags.get(courseId) ?? null,
      onChange(listener: (change: { courseId: string; lines: string[] }) => void) {
        listeners.add(listener);
        return { [Symbol.dispose]: () => void listeners.delete(listener) };
      },
    },
  };
}

test('a course without an image of its own uses the one of the first course, and hears when it changes', () => {
  const { kept, tags, tell } = keptImages('virtualization', 'own');
  const images = imagesByCourse(kept, () => ['virtualization', 'own', 'files--v1']);
  const heard: string[] = [];
  images.onChange((courseId) => heard.push(courseId));
  expect(images.status('files--v1')).toEqual({ phase: 'building', percent: 10 });
  tags.set('virtualization', 'lab:1');
  tags.set('own', 'lab:2');
  expect(images.tag('files--v1')).toBe('lab:1');
  expect(images.tag('own')).toBe('lab:2');
  expect(images.status('files--v1')).toEqual({ phase: 'ready', percent: null });
  tell('own');
  expect(heard).toEqual(['own']);
  tell('virtualization');
  expect(heard).toEqual(['own', 'virtualization', 'files--v1']);
});
