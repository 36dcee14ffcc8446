'use client';

import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { earnedPoints } from '#server/shared/points.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import { Button } from '../ui/button.tsx';
import { PartList } from '../ui/part-list.tsx';
import { SeenWanted } from '../ui/seen-wanted.tsx';
import classes from './check-card.module.css';
import { CheckIcon, type CheckTone } from './check-icon.tsx';

type CheckCardProps = {
  /** The step's points. */
  worth: number;
  progress: StepProgressView | null;
  running: boolean;
  /** Why the last request could not be made. */
  refused: ErrorCode | null;
  onCheck: () => void;
};

/** What the check says: a sentence, what it saw, what it wanted. Turns green where it stands. */
export function CheckCard({ worth, progress, running, refused, onCheck }: CheckCardProps) {
  const t = useTranslations('learn');
  const errors = useTranslations('errors');
  const tone = toneOf(progress);
  const parts = progress?.parts ?? [];
  const points = usePointWords(worth, progress);
  const evidence = tone !== 'done' && progress?.outcome !== null;
  return (
    <div className={classes.card} data-tone={tone}>
      <CheckIcon tone={tone} />
      <div className={classes.words} role="status">
        <p className={classes.sentence}>{progress?.message || t(`check_${tone}`)}</p>
        {evidence && parts.length === 0 ? <SeenWanted seen={progress?.seen} wanted={progress?.wanted} /> : null}
        <PartList parts={parts} />
        {points ? <p className={classes.points}>{points}</p> : null}
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

/** Said where a step is worth more than the usual point, or a part of it is earned. */
function usePointWords(worth: number, progress: StepProgressView | null): string | null {
  const t = useTranslations('learn');
  const earned = earnedPoints(worth, progress);
  if (worth === 1 && (earned === 0 || earned === 1)) return null;
  return t('pointsOf', { earned, total: worth });
}

function toneOf(progress: StepProgressView | null): CheckTone {
  if (progress?.passedAt) return 'done';
  if (progress?.outcome === 'failed') return 'trying';
  return progress?.outcome === 'fault' ? 'fault' : 'new';
}
