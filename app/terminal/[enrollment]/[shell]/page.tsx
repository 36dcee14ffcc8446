import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { TerminalWindow } from '#components/course/terminal-window.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import type { Actor } from '#server/accounts/permissions.ts';
import { findViewer } from '#server/accounts/session.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { findTerminalLayout } from '#server/classrooms/terminal-layouts.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { extendSandbox, startSandbox, staySandbox } from '../../../learn/actions.ts';
import { requestLanguage, translator } from '../../../request-language.ts';

type WindowPageProps = { params: Promise<{ enrollment: string; shell: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('terminal');
  return { title: t('region') };
}

/** One shell of the student's own, in a window of its own. */
export default async function TerminalWindowPage({ params }: WindowPageProps) {
  const { enrollment: enrollmentId, shell } = await params;
  const viewer = await findViewer(await headers());
  if (!viewer) redirect('/?error=not_signed_in');
  const layout = await layoutOrNotFound(viewer, enrollmentId);
  const shown = layout.shells.find((one) => one.shell === shell);
  if (!shown) notFound();
  return (
    <MoreMessages messages={await loadMessages(await requestLanguage(), ['learn', 'terminal'])}>
      <TerminalWindow
        enrollmentId={enrollmentId}
        shell={shown}
        sandbox={runtime().sandboxes.view(enrollmentId)}
        actions={{
          start: startSandbox.bind(null, enrollmentId),
          extend: extendSandbox.bind(null, enrollmentId),
          stay: staySandbox.bind(null, enrollmentId),
        }}
      />
    </MoreMessages>
  );
}

/** Somebody else's seat and none at all look the same from outside. */
async function layoutOrNotFound(actor: Actor, enrollmentId: string) {
  try {
    await requireEnrollment({ actor, enrollmentId, action: 'terminal:attach' });
    return await findTerminalLayout({ actor, enrollmentId });
  } catch (error) {
    if (!['not_found', 'not_allowed', 'class_closed'].includes(errorCode(error))) throw error;
  }
  notFound();
}
