import { unstable_rethrow } from 'next/navigation';
import { errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { ActionResult } from '#server/shared/views.ts';

/** What a page gets from an action: data, or the code whose words it shows. Faults go to the log. */
export async function actionResult<T>(name: string, run: () => Promise<T>): Promise<ActionResult<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    unstable_rethrow(error);
    const code = errorCode(error);
    if (code === 'internal') log.error('action.failed', error, { action: name });
    return { ok: false, code };
  }
}
