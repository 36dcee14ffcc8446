'use client';

import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import classes from './error-notice.module.css';

/** A code in words: what happened, what is safe, what to do. Announced when it appears. */
export function ErrorNotice({ code, action }: { code: ErrorCode; action?: ReactNode }) {
  const t = useTranslations('errors');
  return (
    <div className={classes.notice} role="alert">
      <IconAlertTriangle className={classes.icon} size={18} aria-hidden="true" />
      <p>{t(code)}</p>
      {action ? <div className={classes.action}>{action}</div> : null}
    </div>
  );
}
