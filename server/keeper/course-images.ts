import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { LabImages } from '#server/sandboxes/images/lab-images.ts';
import { newestImage, removeOldImages } from '#server/sandboxes/images/old-images.ts';
import type { Mirror } from '#server/sandboxes/registry/mirror.ts';
import type { KeeperConfig } from './keeper-config.ts';

/** The lab images of the courses that have a Dockerfile, made from files that only the host's owner can change. */
export function courseImages({ config, engine, mirror }: CourseImageParts): LabImages {
  const directoryOf = (courseId: string) => path.join(config.contentDir, courseId, 'sandbox');
  const courseIds = readdirSync(config.contentDir)
    .filter((name) => COURSE_ID.test(name) && existsSync(path.join(directoryOf(name), 'Dockerfile')))
    .sort();
  const docker = new Docker({ socketPath: engine.facts.socket });
  return new LabImages({
    courseIds,
    now: () => new Date(),
    earlier: (courseId) => newestImage(docker, courseId),
    removeOld: (courseId, kept) => removeOldImages(docker, courseId, kept),
    make: async (courseId, run) => {
      const image = await ensureLabImage({
        engine,
        courseId,
        directory: directoryOf(courseId),
        cacheDirectory: config.imageCache,
        pullBase: config.pullBase,
        ...run,
      });
      // Seats open when the image is there; by then their own Docker has something to pull.
      await mirror.seed(run.signal);
      return image;
    },
  });
}

type CourseImageParts = { config: KeeperConfig; engine: Engine; mirror: Mirror };

const COURSE_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
