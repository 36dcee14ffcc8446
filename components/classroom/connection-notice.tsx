'use client';

import { useTranslations } from 'use-intl';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { StatusDot } from '#components/ui/status-dot.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { spanOf } from './age.ts';
import classes from './live-class.module.css';
import { useAgeWords, useNow } from './use-now.tsx';

/** Says that the page no longer follows the class, and how old it is. */
export function ConnectionNotice({ lostAt, refused }: { lostAt: number | null; refused: ErrorCode | null }) {
  const t = useTranslations('teach.connection');
  const age = useAgeWords('teach');
  const now = useNow();
  if (refused) return <ErrorNotice code={refused} />;
  const since = lostAt === null ? null : spanOf(now - lostAt);
  return (
    <div role="status">
      {since ? (
        <p className={classes.lost}>
          <StatusDot tone="warn" />
          {since.unit === 'now' ? t('lostNow') : t('lost', { age: age(since) })}
        </p>
      ) : null}
    </div>
  );
}
