import type { Metadata } from 'next';
import { WatchScreen } from '#components/classroom/watch-screen.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { findTerminalLayout } from '#server/classrooms/terminal-layouts.ts';
import { runtime } from '#server/runtime.ts';
import { requestLanguage, translator } from '../../../../request-language.ts';
import { requireStaff } from '../../../acting.ts';
import { seatOrNotFound } from '../../seat-or-not-found.ts';
import { StudentFrame } from '../../student-frame.tsx';

type WatchPageProps = { params: Promise<{ classroomId: string; enrollmentId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('teach');
  return { title: t('watch.pageTitle') };
}

/** A student's terminal, live. The terminal's socket asks again, and writes down who watches. */
export default async function WatchPage({ params }: WatchPageProps) {
  const { classroomId, enrollmentId } = await params;
  const viewer = await requireStaff(`/teach/${classroomId}/watch/${enrollmentId}`, ['teacher', 'admin']);
  const seat = await seatOrNotFound(viewer, { classroomId, enrollmentId, action: 'terminal:watch' });
  const [layout, messages] = await Promise.all([
    findTerminalLayout({ actor: viewer, enrollmentId }),
    requestLanguage().then((language) => loadMessages(language, ['teach', 'terminal'])),
  ]);
  return (
    <StudentFrame viewer={viewer} seat={seat} messages={messages}>
      <WatchScreen
        enrollmentId={enrollmentId}
        student={seat.displayName}
        sandbox={runtime().sandboxes.view(enrollmentId)}
        layout={layout}
      />
    </StudentFrame>
  );
}
