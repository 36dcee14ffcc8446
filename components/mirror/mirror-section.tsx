'use client';

import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import admin from '#components/admin/admin.module.css';
import { formatBytes } from '#components/admin/format-bytes.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { StatusDot } from '#components/ui/status-dot.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ActionResult, MirrorView } from '#server/shared/views.ts';
import { ArchiveUpload } from './archive-upload.tsx';
import classes from './mirror.module.css';
import { MirrorTable, type RemoveImage } from './mirror-table.tsx';

export type MirrorSectionProps = {
  first: ActionResult<MirrorView>;
  readMirror: () => Promise<ActionResult<MirrorView>>;
  seedMirror: () => Promise<ActionResult<string[]>>;
  removeImage: RemoveImage;
};

/** What nested engines can pull, how big it is, and where each image comes from. */
export function MirrorSection({ first, readMirror, seedMirror, removeImage }: MirrorSectionProps) {
  const t = useTranslations('mirror');
  const [result, setResult] = useState(first);
  const look = () => {
    readMirror().then(setResult, () => undefined);
  };
  return (
    <section className={admin.section} aria-labelledby="mirror-title">
      <h2 id="mirror-title">{t('title')}</h2>
      {result.ok ? (
        <>
          <MirrorState view={result.value} />
          <MirrorTable images={result.value.images} removeImage={removeImage} onRemoved={look} />
          {result.value.images.some(({ standIn }) => standIn) ? (
            <p className={classes.help}>{t('standInNote')}</p>
          ) : null}
          <div className={classes.actions}>
            <ArchiveUpload host={result.value.host} onDone={look} />
            <SeedButton seedMirror={seedMirror} onDone={look} />
          </div>
        </>
      ) : (
        <>
          <p className={admin.quiet}>{t('unreadable')}</p>
          <ErrorNotice code={result.code} />
        </>
      )}
    </section>
  );
}

function MirrorState({ view: { running, host, upstream, totalBytes } }: { view: MirrorView }) {
  const t = useTranslations('mirror');
  const locale = useLocale();
  return (
    <>
      <p className={admin.state}>
        <StatusDot tone={running ? 'ok' : 'bad'} /> <b>{running ? t('running') : t('stopped')}</b>
        <span>{t('total', { size: formatBytes(totalBytes, locale) })}</span>
      </p>
      <p className={classes.help}>
        {t('lead', { host })} {upstream === null ? t('closed') : t('upstream', { upstream })}
      </p>
    </>
  );
}

type SeedButtonProps = Pick<MirrorSectionProps, 'seedMirror'> & { onDone: () => void };

function SeedButton({ seedMirror, onDone }: SeedButtonProps) {
  const t = useTranslations('mirror');
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<number | null>(null);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const seed = async () => {
    setBusy(true);
    setFailed(null);
    setMade(null);
    const result = await seedMirror().catch(() => null);
    setBusy(false);
    if (!result?.ok) return setFailed(result?.code ?? 'timed_out');
    setMade(result.value.length);
    onDone();
  };
  return (
    <div className={classes.upload}>
      <Button size="sm" busy={busy} onClick={() => void seed()}>
        {t('seed')}
      </Button>
      <p className={classes.help} role="status">
        {made === null ? null : t('seeded', { count: made })}
      </p>
      {failed ? <ErrorNotice code={failed} /> : null}
    </div>
  );
}
