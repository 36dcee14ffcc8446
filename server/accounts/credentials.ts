import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import { auth } from './auth.ts';

/** Length is what makes a password strong; the upper bound only limits the work of hashing it. */
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;

const emailAddress = z.email().max(254);

/** Lower case: that is how the auth library looks it up. */
export function parseEmail(raw: string): string {
  const parsed = emailAddress.safeParse(raw.trim().toLowerCase());
  if (!parsed.success) throw new AppError('bad_request', 'not an e-mail address');
  return parsed.data;
}

export function parsePassword(raw: string): string {
  if (raw.length < PASSWORD_MIN || raw.length > PASSWORD_MAX) {
    throw new AppError('password_weak', `a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`);
  }
  return raw;
}

/** Slow on purpose (scrypt), off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const context = await auth().$context;
  return await context.password.hash(password);
}
