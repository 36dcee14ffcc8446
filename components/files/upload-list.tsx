'use client';

import { IconX } from '@tabler/icons-react';
import { useLocale, useTranslations } from 'use-intl';
import { formatBytes } from '../admin/format-bytes.ts';
import { Button } from '../ui/button.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { shownPath, type Upload } from './upload-rules.ts';
import classes from './uploads.module.css';
import type { Uploads } from './use-uploads.ts';

/** The files on their way: how far each is, what stands in its way, and where it is when it is there. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  const t = useTranslations('files');
  const { list, insteadOf } = uploads;
  if (list.length === 0) return null;
  return (
    <section className={classes.uploads} aria-label={t('uploads')}>
      <div className={classes.words}>
        {insteadOf ? <p role="status">{t(`instead_${insteadOf}`)}</p> : null}
        <ul>
          {list.map((upload) => (
            <UploadRow key={upload.id} upload={upload} uploads={uploads} />
          ))}
        </ul>
      </div>
      <button type="button" className={classes.clear} aria-label={t('clearUploads')} onClick={uploads.clear}>
        <IconX size={16} aria-hidden="true" />
      </button>
    </section>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const t = useTranslations('files');
  const { id, name, state } = upload;
  return (
    <li className={classes.row} data-phase={state.phase}>
      <UploadWords upload={upload} />
      {state.phase === 'asking' ? (
        <div className={classes.answers}>
          <Button size="sm" onClick={() => uploads.answer(id, 'keep')}>
            {t('keepBoth')}
          </Button>
          {state.kind === 'file' ? (
            <Button size="sm" variant="danger" onClick={() => uploads.answer(id, 'replace')}>
              {t('replace')}
            </Button>
          ) : null}
          <Button size="sm" variant="quiet" onClick={() => uploads.answer(id, 'cancel')}>
            {t('cancel')}
          </Button>
        </div>
      ) : null}
      {state.phase === 'sending' || state.phase === 'waiting' ? (
        <Button size="sm" variant="quiet" aria-label={t('cancelOf', { name })} onClick={() => uploads.cancel(id)}>
          {t('cancel')}
        </Button>
      ) : null}
    </li>
  );
}

function UploadWords({ upload: { name, directory, state } }: { upload: Upload }) {
  const t = useTranslations('files');
  const errors = useTranslations('errors');
  const locale = useLocale();
  const place = shownPath(directory ?? '');
  switch (state.phase) {
    case 'waiting':
      return <p>{t('waiting', { name })}</p>;
    case 'sending':
      return (
        <div className={classes.sending}>
          <p>{t('sending', { name, place, percent: state.percent })}</p>
          <ProgressBar done={state.percent} total={100} label={t('sendingLabel', { name })} />
        </div>
      );
    case 'asking':
      return <p role="alert">{t(state.kind === 'file' ? 'clash' : 'clashOther', { name, place })}</p>;
    case 'done':
      return <p role="status">{t('done', { path: shownPath(state.path) })}</p>;
    case 'too_large':
      return <p role="alert">{t('tooLarge', { name, limit: formatBytes(state.limitBytes, locale) })}</p>;
    case 'failed':
      return (
        <p role="alert">
          <b>{name}</b> {errors(state.code)}
        </p>
      );
  }
}
