'use client';

import { useLocale, useTranslations } from 'use-intl';
import admin from '#components/admin/admin.module.css';
import { ConfirmButton } from '#components/admin/confirm-button.tsx';
import { formatBytes } from '#components/admin/format-bytes.ts';
import type { ActionResult, MirrorImageView } from '#server/shared/views.ts';
import classes from './mirror.module.css';

export type RemoveImage = (image: { repository: string; tag: string }) => Promise<ActionResult<null>>;

type MirrorTableProps = {
  images: readonly MirrorImageView[];
  removeImage: RemoveImage;
  onRemoved: () => void;
};

export function MirrorTable({ images, removeImage, onRemoved }: MirrorTableProps) {
  const t = useTranslations('mirror');
  if (images.length === 0) return <p className={admin.quiet}>{t('none')}</p>;
  return (
    <div className={admin.scroll}>
      <table className={admin.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('image')}</th>
            <th scope="col">{t('source')}</th>
            <th scope="col">{t('platforms')}</th>
            <th scope="col" data-number>
              {t('size')}
            </th>
            <th scope="col">
              <span className={classes.unseen}>{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {images.map((image) => (
            <ImageLine
              key={`${image.repository}:${image.tag}:${image.source}`}
              image={image}
              removeImage={removeImage}
              onRemoved={onRemoved}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type ImageLineProps = { image: MirrorImageView; removeImage: RemoveImage; onRemoved: () => void };

function ImageLine({ image, removeImage, onRemoved }: ImageLineProps) {
  const t = useTranslations('mirror');
  const locale = useLocale();
  const { repository, tag, source, platforms, sizeBytes } = image;
  const name = `${repository.replace(/^library\//, '')}:${tag}`;
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        <span className={classes.source} data-source={source}>
          {t(`from.${source}`)}
        </span>
      </td>
      <td>{platforms.join(', ')}</td>
      <td data-number>{formatBytes(sizeBytes, locale)}</td>
      <td className={admin.lineActions}>
        <ConfirmButton
          label={t('remove')}
          name={t('removeOf', { image: name })}
          title={t('removeTitle', { image: name })}
          lead={t('removeLead')}
          confirm={t('removeConfirm')}
          danger
          run={() => removeImage({ repository, tag })}
          onDone={onRemoved}
        />
      </td>
    </tr>
  );
}
