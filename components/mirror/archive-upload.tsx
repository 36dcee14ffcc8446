'use client';

import { useId } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatBytes } from '#components/admin/format-bytes.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { FileButton } from '#components/ui/file-button.tsx';
import { ProgressBar } from '#components/ui/progress-bar.tsx';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';
import classes from './mirror.module.css';
import { type UploadState, useArchiveUpload } from './use-archive-upload.ts';

const PACKED = '.tar,.tgz,.tar.gz,application/x-tar,application/gzip';

/** Takes a file from the admin's own machine into the mirror, and says how far it is. */
export function ArchiveUpload({ host, onDone }: { host: string; onDone: () => void }) {
  const t = useTranslations('mirror');
  const locale = useLocale();
  const help = useId();
  const { state, send, cancel } = useArchiveUpload(onDone);
  const working = state.phase === 'sending' || state.phase === 'checking';
  return (
    <div className={classes.upload}>
      <FileButton label={t('upload')} accept={PACKED} describedBy={help} disabled={working} onFile={send} />
      {working ? (
        <Button size="sm" onClick={cancel}>
          {t('cancel')}
        </Button>
      ) : null}
      <p id={help} className={classes.help}>
        {t('uploadHelp', { size: formatBytes(LARGEST_ARCHIVE_BYTES, locale), host })}
      </p>
      <UploadProgress state={state} />
    </div>
  );
}

function UploadProgress({ state }: { state: UploadState }) {
  const t = useTranslations('mirror');
  if (state.phase === 'failed') return <ErrorNotice code={state.code} />;
  return (
    <div className={classes.progress} role="status">
      {state.phase === 'sending' ? (
        <>
          <ProgressBar done={state.percent} total={100} label={t('progress', { name: state.name })} />
          <p>{t('sending', { name: state.name, percent: state.percent })}</p>
        </>
      ) : null}
      {state.phase === 'checking' ? <p>{t('checking', { name: state.name })}</p> : null}
      {state.phase === 'done' ? <p>{t('loaded', { names: state.names.join(', ') })}</p> : null}
    </div>
  );
}
