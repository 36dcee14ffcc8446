import { AppError } from '#server/errors.ts';
import type { AuthInstance, AuthSettings } from './configure-auth.ts';

export type ConfiguredAuth = { instance: AuthInstance; settings: AuthSettings };

/** The server's modules and the pages' bundle are two copies: the global object is what they share. */
const KEY = Symbol.for('chapterhouse.auth');
const shared = globalThis as { [KEY]?: ConfiguredAuth };

/** The auth library, made once by `configureAuth`. Types only are imported, so that it stays out of the pages' bundle. */
export const auth = (): AuthInstance => configuredAuth().instance;

export function configuredAuth(): ConfiguredAuth {
  const current = shared[KEY];
  if (!current) throw new AppError('internal', 'the accounts have not been configured yet');
  return current;
}

export function setAuth(configured: ConfiguredAuth): void {
  shared[KEY] = configured;
}
