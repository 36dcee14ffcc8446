import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { CopyScreen } from '#components/classroom/copy-screen.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import type { Actor } from '#server/accounts/permissions.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { copySeatId } from '#server/shared/copy-seat.ts';
import { requestLanguage, translator } from '../../../../request-language.ts';
import { requireStaff } from '../../../acting.ts';
import { closeCopy, extendCopy, openCopy, stayInCopy } from '../../../copy-actions.ts';
import { StaffMenu } from '../../../staff-menu.tsx';

type CopyPageProps = { params: Promise<{ classroomId: string; enrollmentId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('teach');
  return { title: t('copy.pageTitle') };
}

/** A teacher's own copy of one student's sandbox. */
export default async function CopyPage({ params }: CopyPageProps) {
  const { classroomId, enrollmentId } = await params;
  const viewer = await requireStaff(`/teach/${classroomId}/copy/${enrollmentId}`, ['teacher', 'admin']);
  const [t, language, seat] = await Promise.all([
    translator('teach'),
    requestLanguage(),
    seatOrNotFound(viewer, { classroomId, enrollmentId }),
  ]);
  const seatId = copySeatId({ enrollmentId, ownerId: viewer.userId });
  const parts = [
    { label: t('grid.back'), href: '/teach' },
    { label: seat.classTitle, href: `/teach/${classroomId}` },
    { label: seat.displayName },
  ];
  return (
    <MoreMessages messages={await loadMessages(language, ['teach', 'learn', 'terminal', 'files'])}>
      <AppFrame
        home="/teach"
        fill="screen"
        width="full"
        crumbs={<Crumbs parts={parts} />}
        aside={<StaffMenu viewer={viewer} here="teach" />}
      >
        <CopyScreen
          seatId={seatId}
          student={seat.displayName}
          sandbox={runtime().sandboxes.view(seatId)}
          actions={{
            open: openCopy.bind(null, enrollmentId),
            close: closeCopy.bind(null, enrollmentId),
            extend: extendCopy.bind(null, enrollmentId),
            stay: stayInCopy.bind(null, enrollmentId),
          }}
        />
      </AppFrame>
    </MoreMessages>
  );
}

/** A student of another class and none at all look the same from outside. */
async function seatOrNotFound(actor: Actor, place: { classroomId: string; enrollmentId: string }) {
  try {
    const seat = await requireEnrollment({ actor, enrollmentId: place.enrollmentId, action: 'sandbox:copy' });
    if (seat.classroomId === place.classroomId) return seat;
  } catch (error) {
    if (!['not_found', 'not_allowed', 'class_closed'].includes(errorCode(error))) throw error;
  }
  notFound();
}
