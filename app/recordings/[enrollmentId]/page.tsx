import type { Metadata } from 'next';
import { RecordingList } from '#components/recording/recording-list.tsx';
import { translator } from '../../request-language.ts';
import { removeRecording } from '../../teach/recording-actions.ts';
import { recordingsFor } from '../recordings-for.ts';
import { RecordingsFrame } from '../recordings-frame.tsx';

type PageProps = { params: Promise<{ enrollmentId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('recording');
  return { title: t('pageTitle') };
}

/** What was recorded of one student. */
export default async function RecordingsPage({ params }: PageProps) {
  const { enrollmentId } = await params;
  const [t, page] = await Promise.all([
    translator('recording'),
    recordingsFor(enrollmentId, `/recordings/${enrollmentId}`),
  ]);
  return (
    <RecordingsFrame page={page}>
      <h1>{page.isOwn ? t('titleMine') : t('titleOf', { name: page.student.name })}</h1>
      <p>{page.isOwn ? t('leadMine') : t('leadOf')}</p>
      <RecordingList
        enrollmentId={enrollmentId}
        recordings={page.recordings}
        titles={page.titles}
        remove={page.mayDelete ? removeRecording : null}
      />
    </RecordingsFrame>
  );
}
