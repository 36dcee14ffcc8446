import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { MomentTime } from '#components/recording/moment-time.tsx';
import { RecordingPlayer } from '#components/recording/recording-player.tsx';
import { translator } from '../../../request-language.ts';
import { recordingsFor } from '../../recordings-for.ts';
import { RecordingsFrame } from '../../recordings-frame.tsx';

type PageProps = { params: Promise<{ enrollmentId: string; recordingId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('recording');
  return { title: t('pageTitle') };
}

/** One recording, played. Its content comes from the address that notes each look. */
export default async function RecordingPage({ params }: PageProps) {
  const { enrollmentId, recordingId } = await params;
  const [t, page] = await Promise.all([
    translator('recording'),
    recordingsFor(enrollmentId, `/recordings/${enrollmentId}`),
  ]);
  const recording = page.recordings.find((one) => one.recordingId === recordingId);
  if (!recording) notFound();
  const title = t('playTitle', { name: page.student.name });
  return (
    <RecordingsFrame page={page} last={title}>
      <h1>{title}</h1>
      <p>
        <MomentTime iso={recording.startedAt} /> · {t('playLead')}
      </p>
      <RecordingPlayer recordingId={recordingId} titles={page.titles} />
    </RecordingsFrame>
  );
}
