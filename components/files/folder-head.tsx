'use client';

import { Menu } from '@mantine/core';
import { IconArrowUp, IconHome, IconPlus, IconRefresh, IconUpload, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { directoryOf } from '#server/shared/file-paths.ts';
import type { FolderView } from '#server/shared/file-views.ts';
import { Button } from '../ui/button.tsx';
import { FileChooser } from './file-chooser.tsx';
import classes from './files-panel.module.css';
import type { Naming } from './name-form.tsx';
import { shownPath } from './upload-rules.ts';

type FolderHeadProps = {
  folder: FolderView | null;
  /** Null: the home. */
  onOpen: (path: string | null) => void;
  onRefresh: () => void;
  onName: (naming: Naming) => void;
  onUpload: (files: readonly File[]) => void;
  onClose: () => void;
};

/** Where we are, and what can be done there. */
export function FolderHead({ folder, onOpen, onRefresh, onName, onUpload, onClose }: FolderHeadProps) {
  const t = useTranslations('files');
  const path = folder?.path ?? '';
  const writable = folder?.writable === true;
  return (
    <header className={classes.head}>
      <IconButton label={t('home')} onClick={() => onOpen(null)}>
        <IconHome size={16} aria-hidden="true" />
      </IconButton>
      <IconButton label={t('up')} disabled={path === '' || path === '/'} onClick={() => onOpen(directoryOf(path))}>
        <IconArrowUp size={16} aria-hidden="true" />
      </IconButton>
      <h2 className={classes.title} title={path}>
        {folder ? shownPath(path) : t('region')}
      </h2>
      <IconButton label={t('refresh')} onClick={onRefresh}>
        <IconRefresh size={16} aria-hidden="true" />
      </IconButton>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button size="sm" variant="quiet" disabled={!writable} aria-label={t('new')} title={t('new')}>
            <IconPlus size={16} aria-hidden="true" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onName({ kind: 'file' })}>{t('newFile')}</Menu.Item>
          <Menu.Item onClick={() => onName({ kind: 'folder' })}>{t('newFolder')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <FileChooser onFiles={onUpload}>
        {(choose) => (
          <Button size="sm" disabled={!writable} onClick={choose} aria-label={t('uploadHere')} title={t('uploadHere')}>
            <IconUpload size={15} aria-hidden="true" />
            <span className={classes.wide}>{t('upload')}</span>
          </Button>
        )}
      </FileChooser>
      <IconButton label={t('close')} onClick={onClose}>
        <IconX size={16} aria-hidden="true" />
      </IconButton>
    </header>
  );
}

type IconButtonProps = { label: string; disabled?: boolean; onClick: () => void; children: ReactNode };

function IconButton({ label, disabled = false, onClick, children }: IconButtonProps) {
  return (
    <Button size="sm" variant="quiet" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </Button>
  );
}
