'use client';

import { useLocale, useTranslations } from 'use-intl';
import { formatBytes } from '../admin/format-bytes.ts';
import { shownPath } from './upload-rules.ts';
import classes from './uploads.module.css';
import type { Files } from './use-files.ts';

/** Says over the terminal where files would land and how large they may be, while they are held over it. */
export function DropHint({ files }: { files: Files }) {
  const t = useTranslations('files');
  const locale = useLocale();
  if (!files.drop.isOver) return null;
  const { hint } = files;
  return (
    <div className={classes.drop}>
      <b>{hint ? t('dropInto', { place: shownPath(hint.directory) }) : t('dropHere')}</b>
      {hint ? <span>{t('dropLimit', { limit: formatBytes(hint.limitBytes, locale) })}</span> : null}
    </div>
  );
}
