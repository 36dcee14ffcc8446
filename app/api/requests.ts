import { browserOrigin } from '#server/accounts/browser-origin.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';

/** A page elsewhere could make a signed-in browser send something here. */
export function refuseForeignPages(headers: Headers): void {
  const { url, trustProxy } = runtime().config;
  const own = url ?? browserOrigin(headers, { trustProxy });
  const origin = headers.get('origin');
  if (own === null || origin === null || !URL.canParse(origin) || new URL(origin).host !== new URL(own).host)
    throw new AppError('foreign_origin', `a request from ${origin}`);
}

/** What is sent, piece by piece as it comes. */
export async function* bodyOf({ body }: Request): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    reader.releaseLock();
  }
}
