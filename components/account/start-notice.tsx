'use client';

import { useTranslations } from 'use-intl';
import { ButtonLink } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import classes from './start-notice.module.css';

type StartNoticeProps = {
  /** Why somebody was sent here, such as a return link that does not work. */
  code: ErrorCode | null;
  /** Where who is signed in would go on. */
  onward: string | null;
  name: string | null;
};

export function StartNotice({ code, onward, name }: StartNoticeProps) {
  const t = useTranslations('account');
  const broken = code === 'not_found';
  if (!code && !onward) return null;
  return (
    <div className={classes.notice}>
      {broken ? (
        <div className={classes.broken} role="alert">
          <p>
            <b>{t('back.title')}</b>
          </p>
          <p>{t('back.lead')}</p>
          <p>{t('back.try')}</p>
        </div>
      ) : null}
      {code && !broken ? <ErrorNotice code={code} /> : null}
      {onward && name ? (
        <p className={classes.onward}>
          <span>{t('welcome.title', { name })}</span>
          <ButtonLink href={onward}>{t('welcome.goOn')}</ButtonLink>
        </p>
      ) : null}
    </div>
  );
}
