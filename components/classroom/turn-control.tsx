'use client';

import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import type { Company, TurnEnding } from '#server/shared/company.ts';
import classes from './turn-control.module.css';

type TurnControlProps = {
  student: string;
  turn: Company['turn'];
  /** Why the last question or turn ended; null where that needs no words. */
  over: TurnEnding | null;
  /** The terminal is there. */
  mayAsk: boolean;
  onAsk: () => void;
  onEnd: () => void;
};

/** Asks the student for the keyboard, waits for their answer, gives it back. */
export function TurnControl({ student, turn, over, mayAsk, onAsk, onEnd }: TurnControlProps) {
  const t = useTranslations('teach.watch');
  const phase = turnPhase(turn);
  return (
    <div className={classes.control} data-phase={phase}>
      <p role="status">
        {turn
          ? t(phase, { student, name: turn.name })
          : over && over !== 'given_back'
            ? t(`over_${over}`, { student })
            : ''}
      </p>
      {phase === 'free' ? (
        <Button variant="primary" disabled={!mayAsk} onClick={onAsk}>
          {t('ask')}
        </Button>
      ) : null}
      {phase === 'asked' || phase === 'writing' ? (
        <Button onClick={onEnd}>{t(phase === 'asked' ? 'withdraw' : 'giveBack')}</Button>
      ) : null}
    </div>
  );
}

type TurnPhase = 'free' | 'asked' | 'writing' | 'othersAsk' | 'othersWrite';

function turnPhase(turn: Company['turn']): TurnPhase {
  if (!turn) return 'free';
  if (turn.yours) return turn.phase;
  return turn.phase === 'asked' ? 'othersAsk' : 'othersWrite';
}
