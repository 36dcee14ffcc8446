'use client';

import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import { Button } from '../ui/button.tsx';
import { SeenWanted } from '../ui/seen-wanted.tsx';
import classes from './check-card.module.css';
import { CheckIcon, type CheckTone } from './check-icon.tsx';

type CheckCardProps = {
  progress: StepProgressView | null;
  running: boolean;
  /** Why the last request could not be made. */
  refused: ErrorCode | null;
  onCheck: () => void;
};

/** What the check says: a sentence, what it saw, what it wanted. Turns green where it stands. */
export function CheckCard({ progress, running, refused, onCheck }: CheckCardProps) {
  const t = useTranslations('learn');
  const errors = useTranslations('errors');
  const tone = toneOf(progress);
  const evidence = tone !== 'done' && progress?.outcome !== null;
  return (
    <div className={classes.card} data-tone={tone}>
      <CheckIcon tone={tone} />
      <div className={classes.words} role="status">
        <p className={classes.sentence}>{progress?.message || t(`check_${tone}`)}</p>
        {evidence ? <SeenWanted seen={progress?.seen} wanted={progress?.wanted} /> : null}
        {refused ? <p className={classes.refused}>{errors(refused)}</p> : null}
      </div>
      {tone === 'done' ? null : (
        <Button busy={running} onClick={onCheck}>
          {t(running ? 'checking' : 'checkNow')}
        </Button>
      )}
    </div>
  );
}

function toneOf(progress: StepProgressView | null): CheckTone {
  if (progress?.passedAt) return 'done';
  if (progress?.outcome === 'failed') return 'trying';
  return progress?.outcome === 'fault' ? 'fault' : 'new';
}
