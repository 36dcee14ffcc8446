import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import type { ViewerView } from '#server/shared/views.ts';
import { auth } from './auth.ts';
import type { Actor } from './permissions.ts';

const sessionUser = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['student', 'teacher', 'admin']),
  isGuest: z.boolean(),
});

/** Who is signed in, as the top bar shows it. */
export async function findViewer(headers: Headers): Promise<ViewerView | null> {
  if (!headers.has('cookie')) return null;
  // Prolonging the session would need to set a cookie, which a page cannot do: GET /api/auth/get-session does it.
  const session = await auth().api.getSession({ headers, query: { disableRefresh: true } });
  if (!session) return null;
  const user = sessionUser.parse(session.user);
  return { userId: user.id, name: user.name, role: user.role, isGuest: user.isGuest };
}

export async function findActor(headers: Headers): Promise<Actor | null> {
  const viewer = await findViewer(headers);
  return viewer && { userId: viewer.userId, role: viewer.role, name: viewer.name };
}

export async function requireActor(headers: Headers): Promise<Actor> {
  const actor = await findActor(headers);
  if (!actor) throw new AppError('not_signed_in', 'no session');
  return actor;
}
