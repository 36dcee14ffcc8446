import type { Metadata } from 'next';
import { CopyScreen } from '#components/classroom/copy-screen.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { runtime } from '#server/runtime.ts';
import { copySeatId } from '#server/shared/copy-seat.ts';
import { requestLanguage, translator } from '../../../../request-language.ts';
import { requireStaff } from '../../../acting.ts';
import { closeCopy, extendCopy, openCopy, stayInCopy } from '../../../copy-actions.ts';
import { seatOrNotFound } from '../../seat-or-not-found.ts';
import { StudentFrame } from '../../student-frame.tsx';

type CopyPageProps = { params: Promise<{ classroomId: string; enrollmentId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('teach');
  return { title: t('copy.pageTitle') };
}

/** A teacher's own copy of one student's sandbox. */
export default async function CopyPage({ params }: CopyPageProps) {
  const { classroomId, enrollmentId } = await params;
  const viewer = await requireStaff(`/teach/${classroomId}/copy/${enrollmentId}`, ['teacher', 'admin']);
  const [language, seat] = await Promise.all([
    requestLanguage(),
    seatOrNotFound(viewer, { classroomId, enrollmentId, action: 'sandbox:copy' }),
  ]);
  const seatId = copySeatId({ enrollmentId, ownerId: viewer.userId });
  return (
    <StudentFrame
      viewer={viewer}
      seat={seat}
      messages={await loadMessages(language, ['teach', 'learn', 'terminal', 'files'])}
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
    </StudentFrame>
  );
}
