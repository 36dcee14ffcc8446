import type { Container } from 'dockerode';
import { engineError, httpStatusOf } from './docker-errors.ts';

const TRIES = 100;
const TRY_MS = 100;

/** Ends and removes it with its volumes, and returns when it is really gone. Safe twice, and at the same time. */
export async function removeContainer(container: Container): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await container.remove({ force: true, v: true });
    } catch (error) {
      const status = httpStatusOf(error);
      if (status === 404) return;
      // 409: somebody else is removing it; 500: something in it is still busy.
      if ((status !== 409 && status !== 500) || tries >= TRIES) throw engineError('remove', error);
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
}
