import { APIError, createAuthEndpoint, type getSessionFromCtx } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type { BetterAuthPlugin } from 'better-auth/types';
import { z } from 'zod';
import { AppError, errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { addressOf } from './address.ts';
import type { ClassDoor } from './class-door.ts';
import { claimAdmin } from './one-time-links.ts';
import type { Actor } from './permissions.ts';
import { findActor } from './session.ts';

type EndpointContext = Parameters<typeof getSessionFromCtx>[0];

const joinBody = z.strictObject({ code: z.string().max(100), name: z.string().max(1000).default('') });
const claimBody = z.strictObject({
  token: z.string().max(200),
  name: z.string().max(1000),
  email: z.string().max(254),
  password: z.string().max(1000),
});

/** Our own ways in: a class code, a return link, the first admin's link. Each ends with a session cookie. */
export function classroomPlugin({ classDoor, baseUrl }: { classDoor: ClassDoor; baseUrl: string | null }) {
  return {
    id: 'chapterhouse-classrooms',
    endpoints: {
      joinClass: createAuthEndpoint('/join', { method: 'POST', body: joinBody }, (ctx) =>
        answering(async () => {
          const actor = await findActor(ctx.headers ?? new Headers());
          const { returnToken, userId, ...joined } = await classDoor.join({
            ...ctx.body,
            actor,
            address: addressOf(ctx.headers),
          });
          if (userId !== actor?.userId) await signIn(ctx, userId);
          const returnLink = new URL(`/back/${returnToken}`, baseUrl ?? ctx.context.baseURL).href;
          return ctx.json({ ...joined, returnLink });
        }),
      ),
      openReturnLink: createAuthEndpoint('/return/:token', { method: 'GET' }, async (ctx) => {
        const path = await returnPath(ctx, classDoor, ctx.params.token);
        // The token is in this address: it must not travel on with the next request, nor stay in a cache.
        ctx.setHeader('Referrer-Policy', 'no-referrer');
        ctx.setHeader('Cache-Control', 'no-store');
        throw ctx.redirect(path);
      }),
      claimAdmin: createAuthEndpoint('/claim-admin', { method: 'POST', body: claimBody }, (ctx) =>
        answering(async () => {
          const admin: Actor = await claimAdmin(ctx.body);
          await signIn(ctx, admin.userId);
          return ctx.json({ userId: admin.userId, name: admin.name, role: admin.role });
        }),
      ),
    },
  } satisfies BetterAuthPlugin;
}

/** A link that leads nowhere shows the start page with the reason, not a bare error. */
async function returnPath(ctx: EndpointContext, classDoor: ClassDoor, token: string): Promise<string> {
  try {
    const opened = await classDoor.openReturnLink(token);
    if (!opened) return '/?error=not_found';
    const actor = await findActor(ctx.headers ?? new Headers());
    if (actor?.userId !== opened.userId) await signIn(ctx, opened.userId);
    return opened.path;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('auth.return_link_failed', error);
    return `/?error=${code}`;
  }
}

async function signIn(ctx: EndpointContext, userId: string): Promise<void> {
  const user = await ctx.context.internalAdapter.findUserById(userId);
  if (!user) throw new AppError('internal', `user ${userId} has vanished`);
  const session = await ctx.context.internalAdapter.createSession(userId);
  await setSessionCookie(ctx, { session, user }, false);
}

/** Turns our refusals into the library's, so that its router answers with their status and code. */
async function answering<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('auth.endpoint_failed', error);
    throw APIError.fromStatus(httpStatus(code) === 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST', { code });
  }
}
