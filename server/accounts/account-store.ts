import { prismaAdapter } from 'better-auth/adapters/prisma';
import { isUniqueViolation } from '#server/db/unique-violation.ts';
import { databaseProvider, db } from '#server/db.ts';
import { AppError } from '#server/errors.ts';
import type { Role } from '#server/shared/views.ts';
import { newId } from './tokens.ts';

/** The auth library's way to the open database. */
export const authDatabase = () => prismaAdapter(db(), { provider: databaseProvider() });

export type StaffUser = { name: string; email: string; passwordHash: string; role: 'teacher' | 'admin' };
type UserRow = { id: string; name: string; email: string; role: string; createdAt: Date };
type StaffClient = Pick<ReturnType<typeof db>, 'user'>;

/** A user who signs in with a password. */
export async function addStaffUser(user: StaffUser, at: Date): Promise<UserRow> {
  return await translatingTakenEmail(() => insertStaffUser(db(), user, at));
}

async function insertStaffUser(client: StaffClient, user: StaffUser, at: Date): Promise<UserRow> {
  const id = newId();
  const times = { createdAt: at, updatedAt: at };
  const password = { id: newId(), accountId: id, providerId: 'credential', password: user.passwordHash, ...times };
  return await client.user.create({
    data: {
      id,
      name: user.name,
      email: user.email,
      emailVerified: false,
      role: user.role,
      isGuest: false,
      ...times,
      accounts: { create: password },
    },
  });
}

/** E-mail is the only unique field that a person chooses. */
async function translatingTakenEmail<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('email_taken', 'the e-mail address has an account', { cause: error });
    throw error;
  }
}

export async function findStaffUsers(): Promise<UserRow[]> {
  return await db().user.findMany({ where: { isGuest: false }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
}

export async function hasUserWithRole(role: Role): Promise<boolean> {
  return (await db().user.findFirst({ where: { role }, select: { id: true } })) !== null;
}

const ADMIN_LINK = 'claim_admin';

/** The new link replaces every earlier one that nobody used. */
export async function replaceAdminLink(tokenHash: string, times: { createdAt: Date; expiresAt: Date }): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.oneTimeLink.deleteMany({ where: { purpose: ADMIN_LINK, usedAt: null } });
    await tx.oneTimeLink.create({ data: { id: newId(), purpose: ADMIN_LINK, tokenHash, ...times } });
  });
}

export async function findAdminLink(
  tokenHash: string,
): Promise<{ usedAt: Date | null; expiresAt: Date | null } | null> {
  return await db().oneTimeLink.findFirst({
    where: { tokenHash, purpose: ADMIN_LINK },
    select: { usedAt: true, expiresAt: true },
  });
}

/** Marks the link used and makes the admin, both or neither; of two at once, one finds it used. */
export async function claimAdminLink(tokenHash: string, admin: StaffUser, at: Date): Promise<UserRow> {
  return await translatingTakenEmail(() =>
    db().$transaction(async (tx) => {
      const claimed = await tx.oneTimeLink.updateMany({
        where: { tokenHash, purpose: ADMIN_LINK, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      });
      if (claimed.count !== 1) throw new AppError('link_used', 'the link was used or is too old');
      const user = await insertStaffUser(tx, admin, at);
      await tx.oneTimeLink.update({ where: { tokenHash }, data: { usedById: user.id } });
      return user;
    }),
  );
}
