import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { fetchBusyBox } from './busybox.ts';
import { fetchDebianRoot } from './debian-root.ts';
import type { ImageContent } from './image-content.ts';
import { imageFiles } from './image-files.ts';
import { alpineStandIn, debianStandIn, helloWeb, windowsServer } from './stand-ins.ts';

type Folders = {
  busybox: string;
  /** Of what takes long to make, shared by all installations on the machine. */
  archives: string;
};

/** Every image that the course needs and a closed room cannot fetch. Debian is left out where it cannot be made. */
export async function makeStandIns({ busybox, archives }: Folders, signal?: AbortSignal): Promise<ImageContent[]> {
  const found = await fetchBusyBox(busybox, signal);
  const small = await Promise.all([alpineStandIn(found), helloWeb(found), windowsServer()].map(imageFiles));
  try {
    return [...small, debianStandIn(await fetchDebianRoot(archives, signal))];
  } catch (error) {
    signal?.throwIfAborted();
    // One chapter builds on it; the others must not wait for a package archive.
    log.warn('mirror.no_debian', { code: errorCode(error), reason: String(error) });
    return small;
  }
}
