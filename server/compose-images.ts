import { DEFAULT_IMAGE_COURSE } from './courses/lint/lint-course.ts';
import type { KeptImages } from './keeper/client/kept-host.ts';
import type { SandboxImages } from './sandboxes/manager-images.ts';

type LabImages = Pick<KeptImages, 'views' | 'status' | 'tag' | 'onChange'>;

/** The course whose lab image another one's sandboxes are made from: an imported one and one without a Dockerfile have none. */
export function imageCourseOf(images: Pick<LabImages, 'views'>, courseId: string): string {
  return images.views().some((view) => view.courseId === courseId) ? courseId : DEFAULT_IMAGE_COURSE;
}

/** The lab images by course, as the sandboxes ask for them. `courseIds` are all courses that there are now. */
export function imagesByCourse(images: LabImages, courseIds: () => string[]): SandboxImages {
  const tag = (courseId: string) => images.tag(imageCourseOf(images, courseId));
  return {
    // During a rebuild the image before it goes on serving newcomers.
    status: (courseId) =>
      tag(courseId) ? { phase: 'ready', percent: null } : images.status(imageCourseOf(images, courseId)),
    tag,
    onChange: (listener) =>
      images.onChange((change) => {
        const others = courseIds().filter(
          (id) => id !== change.courseId && imageCourseOf(images, id) === change.courseId,
        );
        for (const courseId of [change.courseId, ...others]) listener(courseId);
      }),
  };
}
