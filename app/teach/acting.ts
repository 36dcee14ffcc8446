import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Actor } from '#server/accounts/permissions.ts';
import { findViewer, requireActor } from '#server/accounts/session.ts';
import type { ActionResult, ViewerView } from '#server/shared/views.ts';
import { actionResult } from '../action-result.ts';

/** Runs an action as who is signed in. */
export async function acting<T>(action: string, run: (actor: Actor) => Promise<T>): Promise<ActionResult<T>> {
  return actionResult(action, async () => run(await requireActor(await headers())));
}

/** Who may see a staff page; others are asked to sign in, and brought back afterwards. */
export async function requireStaff(path: string, roles: readonly ViewerView['role'][]): Promise<ViewerView> {
  const viewer = await findViewer(await headers());
  if (!viewer) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  if (!roles.includes(viewer.role))
    redirect(viewer.role === 'student' ? `/sign-in?next=${encodeURIComponent(path)}` : '/');
  return viewer;
}
