import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { claimAdminLink, findAdminLink, hasUserWithRole, replaceAdminLink } from './account-store.ts';
import { hashPassword, parseEmail, parsePassword } from './credentials.ts';
import { parseName } from './names.ts';
import type { Actor } from './permissions.ts';
import { hashToken, newToken } from './tokens.ts';

/** Long enough to find the terminal again after the weekend; `npm start` prints a new one each time until it is used. */
const ADMIN_LINK_LIFETIME_MS = 7 * 24 * 3600_000;

export const adminExists = (): Promise<boolean> => hasUserWithRole('admin');

/** A link whose opener becomes the admin. It works once and replaces earlier ones. */
export async function createAdminLink({ baseUrl }: { baseUrl: string }): Promise<string> {
  const { token, tokenHash } = newToken();
  const createdAt = new Date();
  await replaceAdminLink(tokenHash, { createdAt, expiresAt: new Date(createdAt.getTime() + ADMIN_LINK_LIFETIME_MS) });
  return new URL(`/setup/${token}`, baseUrl).href;
}

/** For the page behind the link, before it draws a form that would be refused. */
export async function adminLinkState({ token }: { token: string }): Promise<'open' | 'used' | 'unknown'> {
  const link = await findAdminLink(hashToken(token));
  if (!link) return 'unknown';
  return link.usedAt || (link.expiresAt && link.expiresAt <= new Date()) ? 'used' : 'open';
}

export type ClaimAdmin = { token: string; name: string; email: string; password: string };

/** Uses the link: makes the admin's account. */
export async function claimAdmin({ token, name, email, password }: ClaimAdmin): Promise<Actor> {
  const state = await adminLinkState({ token });
  if (state === 'unknown') throw new AppError('not_found', 'no such one-time link');
  if (state === 'used') throw new AppError('link_used', 'the link was used or is too old');
  const admin = {
    name: parseName(name),
    email: parseEmail(email),
    passwordHash: await hashed(password),
    role: 'admin',
  } as const;
  const user = await claimAdminLink(hashToken(token), admin, new Date());
  const actor: Actor = { userId: user.id, role: 'admin', name: user.name };
  await recordAudit({ actor, action: 'admin.claimed', targetType: 'user', targetId: user.id, detail: user.email });
  return actor;
}

const hashed = (password: string) => hashPassword(parsePassword(password));
