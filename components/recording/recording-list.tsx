'use client';

import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'use-intl';
import type { ActionResult, RecordingView } from '#server/shared/views.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { DeleteRecording } from './delete-recording.tsx';
import { MomentTime } from './moment-time.tsx';
import classes from './recording.module.css';

type RecordingListProps = {
  enrollmentId: string;
  recordings: readonly RecordingView[];
  /** Titles of the course's steps by their keys. */
  titles: Readonly<Record<string, string>>;
  /** Null where the viewer may not delete. */
  remove: ((recordingId: string) => Promise<ActionResult<null>>) | null;
};

/** What was recorded of one student: when, how long, at which steps. */
export function RecordingList({ enrollmentId, recordings, titles, remove }: RecordingListProps) {
  const t = useTranslations('recording');
  const router = useRouter();
  if (recordings.length === 0) return <EmptyState title={t('none')}>{t('noneLead')}</EmptyState>;
  return (
    <ul className={classes.list}>
      {recordings.map((one) => (
        <li key={one.recordingId}>
          <div className={classes.what}>
            {/* A page of its own, not a step within this one: its player needs other rights. */}
            <a className={classes.open} href={`/recordings/${enrollmentId}/${one.recordingId}`}>
              <MomentTime iso={one.startedAt} />
            </a>
            <p>
              <Length recording={one} /> · {t('shell', { number: one.shell.replace('shell-', '') })}
              {one.isCut ? <> · {t('isCut')}</> : null}
            </p>
            <p>{one.steps.length === 0 ? t('noSteps') : one.steps.map((key) => titles[key] ?? key).join(', ')}</p>
            <p className={classes.until}>{t.rich('deletedAt', { time: () => <MomentTime iso={one.deletedAt} /> })}</p>
          </div>
          <div className={classes.acts}>
            <a href={`/api/recordings/${one.recordingId}?download`} download>
              {t('download')}
              <span className="visually-hidden">
                {' '}
                <MomentTime iso={one.startedAt} />
              </span>
            </a>
            {remove ? (
              <DeleteRecording
                startedAt={one.startedAt}
                remove={() => remove(one.recordingId)}
                onDone={() => router.refresh()}
              />
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Length({ recording: { startedAt, endedAt } }: { recording: RecordingView }) {
  const t = useTranslations('recording');
  const format = useFormatter();
  if (endedAt === null) return t('goesOn');
  const minutes = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 60_000);
  return minutes === 0 ? t('underMinute') : t('minutes', { minutes: format.number(minutes) });
}
