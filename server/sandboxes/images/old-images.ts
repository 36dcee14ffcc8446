import type Docker from 'dockerode';
import { log } from '#server/log.ts';

const NO_LONGER = 404;
const IN_USE = 409;

const repositoryOf = (courseId: string) => `chapterhouse/lab-${courseId}`;

type CourseImage = { tag: string; createdAt: number };

/** A course's images in the engine, newest first. */
async function courseImages(docker: Docker, courseId: string): Promise<CourseImage[]> {
  const images = await docker.listImages({ filters: { reference: [repositoryOf(courseId)] } });
  const own = `${repositoryOf(courseId)}:`;
  return images
    .flatMap(({ RepoTags, Created }) => (RepoTags ?? []).map((tag) => ({ tag, createdAt: Created })))
    .filter(({ tag }) => tag.startsWith(own))
    .toSorted((a, b) => b.createdAt - a.createdAt);
}

/** Gives the image that is about to be replaced a name of its own: sandboxes made from it go on, and it can be found again. */
export async function nameReplaced(docker: Docker, tag: string): Promise<void> {
  const image = docker.getImage(tag);
  const before = await image.inspect().catch(() => null);
  if (before === null) return;
  const [repo = '', name = ''] = tag.split(':');
  await image.tag({ repo, tag: `${name}-before-${before.Id.replace('sha256:', '').slice(0, 12)}` });
}

/** The newest whole image of a course, whatever its files were; null where there is none. */
export async function newestImage(docker: Docker, courseId: string): Promise<string | null> {
  const whole = (await courseImages(docker, courseId)).filter(({ tag }) => !tag.endsWith('-layers'));
  return whole[0]?.tag ?? null;
}

/** Removes a course's images but the one that counts; the engine itself keeps those that a sandbox was made from. */
export async function removeOldImages(docker: Docker, courseId: string, kept: string): Promise<string[]> {
  const removed: string[] = [];
  for (const { tag } of await courseImages(docker, courseId)) {
    if (tag === kept) continue;
    const status = await docker
      .getImage(tag)
      .remove()
      .then(
        () => 200,
        (error: unknown) => statusOf(error),
      );
    if (status === 200) removed.push(tag);
    else if (status !== NO_LONGER && status !== IN_USE) log.warn('image.not_removed', { tag, status });
  }
  if (removed.length > 0) log.info('image.old_removed', { courseId, removed });
  return removed;
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : null;
  return typeof status === 'number' ? status : 0;
}
