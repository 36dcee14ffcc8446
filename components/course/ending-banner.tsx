'use client';

import { IconClock } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { EndingWarning } from '#server/shared/protocol.ts';
import { Button } from '../ui/button.tsx';
import { LocalTime } from '../ui/local-time.tsx';
import classes from './ending-banner.module.css';
import { countdown } from './progress-rules.ts';

type EndingBannerProps = {
  warning: EndingWarning | null;
  busy: boolean;
  /** Why it got no more time when it was asked for. */
  refused: ErrorCode | null;
  onKeep: (how: 'extend' | 'stay') => void;
};

const LAST_CALL_SECONDS = 60;

/** Says in good time that the sandbox will end, why and when, with the one click that keeps it. */
export function EndingBanner({ warning, ...rest }: EndingBannerProps) {
  return warning ? <Banner key={warning.reason} warning={warning} {...rest} /> : null;
}

function Banner({ warning, busy, refused, onKeep }: EndingBannerProps & { warning: EndingWarning }) {
  const t = useTranslations('learn');
  const errors = useTranslations('errors');
  const { reason, endsAt } = warning;
  const left = useSecondsLeft(endsAt);
  const isLast = left !== null && left <= LAST_CALL_SECONDS;
  const isRefused = refused === 'lifetime_ceiling' && reason === 'expired';
  return (
    <section className={classes.banner} data-last={isLast} aria-label={t('ending_label')}>
      <IconClock className={classes.icon} size={18} aria-hidden="true" />
      {/* Its words change twice at most: a screen reader is told, not flooded. The seconds are for the eye. */}
      <p role="status">
        {isLast ? <b>{t('ending_last')} </b> : null}
        {t.rich(`ending_${reason}`, { time: () => <LocalTime iso={endsAt} /> })}
        {isRefused ? <span className={classes.refused}>{errors(refused)}</span> : null}
      </p>
      <span className={classes.left} aria-hidden="true">
        {left === null ? '' : countdown(left)}
      </span>
      {isRefused ? null : (
        <Button variant="primary" busy={busy} onClick={() => onKeep(reason === 'idle' ? 'stay' : 'extend')}>
          {t(`ending_keep_${reason}`)}
        </Button>
      )}
    </section>
  );
}

/** Null until the browser has taken over: the server's second would already be another. */
function useSecondsLeft(endsAt: string): number | null {
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setLeft(Math.max(0, Math.round((Date.parse(endsAt) - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [endsAt]);
  return left;
}
