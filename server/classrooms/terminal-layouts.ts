import type { Actor } from '#server/accounts/permissions.ts';
import { requireEnrollment } from '#server/progress/require-enrollment.ts';
import { readTerminalLayout, type TerminalLayout } from '#server/shared/terminal-layout.ts';
import { findTerminals, setTerminals } from './enrollment-store.ts';

type Asked = { actor: Actor; enrollmentId: string };

/** Remembers how the student's shells stand on their page. Rejects unless the seat is their own, in an open class. */
export async function keepTerminalLayout({
  actor,
  enrollmentId,
  layout,
}: Asked & { layout: TerminalLayout }): Promise<void> {
  await requireEnrollment({ actor, enrollmentId, action: 'terminal:attach' });
  await setTerminals(enrollmentId, JSON.stringify(layout));
}

/** As it was kept, on whichever device; the first layout where nothing was. */
export async function findTerminalLayout({ actor, enrollmentId }: Asked): Promise<TerminalLayout> {
  await requireEnrollment({ actor, enrollmentId, action: 'enrollment:read' });
  return readTerminalLayout(await findTerminals(enrollmentId));
}
