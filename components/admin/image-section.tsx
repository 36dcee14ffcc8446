'use client';

import { useLocale, useTranslations } from 'use-intl';
import { LocalTime } from '#components/ui/local-time.tsx';
import { ProgressBar } from '#components/ui/progress-bar.tsx';
import { StatusDot, type StatusTone } from '#components/ui/status-dot.tsx';
import type { ActionResult, ImagePhase, ImageView } from '#server/shared/views.ts';
import classes from './admin.module.css';
import { BuildLog } from './build-log.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { formatBytes } from './format-bytes.ts';
import { isWorking } from './image-event.ts';

const TONES: Record<ImagePhase, StatusTone> = {
  unknown: 'idle',
  waiting: 'busy',
  loading: 'busy',
  building: 'busy',
  ready: 'ok',
  failed: 'bad',
};

type ImageSectionProps = {
  images: readonly ImageView[];
  rebuildImage: (courseId: string) => Promise<ActionResult<null>>;
};

export function ImageSection({ images, rebuildImage }: ImageSectionProps) {
  const t = useTranslations('admin.image');
  return (
    <section className={classes.section} aria-labelledby="image-title">
      <h2 id="image-title">{t('title')}</h2>
      {images.length === 0 ? <p className={classes.quiet}>{t('none')}</p> : null}
      {images.map((image) => (
        <ImageItem key={image.courseId} image={image} rebuildImage={rebuildImage} />
      ))}
    </section>
  );
}

function ImageItem({ image, rebuildImage }: { image: ImageView; rebuildImage: ImageSectionProps['rebuildImage'] }) {
  const t = useTranslations('admin.image');
  const working = isWorking(image.phase);
  const course = image.courseId;
  return (
    <div className={classes.image}>
      <div className={classes.imageHead}>
        <p className={classes.state}>
          <StatusDot tone={TONES[image.phase]} />
          <b>{course}</b>
          <span>
            {t(image.phase)}
            {working && image.percent !== null ? ` · ${t('percent', { percent: Math.round(image.percent) })}` : null}
          </span>
        </p>
        <ConfirmButton
          label={t('rebuild')}
          name={t('rebuildOf', { course })}
          title={t('rebuildTitle', { course })}
          lead={t('rebuildLead')}
          confirm={t('rebuildConfirm')}
          disabled={working}
          run={() => rebuildImage(course)}
        />
      </div>
      {working && image.percent !== null ? (
        <ProgressBar done={Math.round(image.percent)} total={100} label={t('progress', { course })} />
      ) : null}
      <ImageFacts image={image} />
      {image.error ? <p className={classes.error}>{image.error}</p> : null}
      <BuildLog lines={image.log} open={working || image.phase === 'failed'} />
    </div>
  );
}

function ImageFacts({ image }: { image: ImageView }) {
  const locale = useLocale();
  const { tag, sizeBytes, finishedAt } = image;
  if (!tag && sizeBytes === null && !finishedAt) return null;
  return (
    <p className={classes.facts}>
      {tag ? <code>{tag}</code> : null}
      {sizeBytes === null ? null : <span>{formatBytes(sizeBytes, locale)}</span>}
      {finishedAt ? <LocalTime iso={finishedAt} /> : null}
    </p>
  );
}
