'use client';

import { Menu } from '@mantine/core';
import {
  IconDots,
  IconFile,
  IconFileUnknown,
  IconFolder,
  IconLink,
  IconLinkOff,
  type TablerIcon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { EntryKind, FileEntry, FolderView } from '#server/shared/file-views.ts';
import { formatBytes } from '../admin/format-bytes.ts';
import { Button } from '../ui/button.tsx';
import { downloadAddress } from './file-api.ts';
import classes from './files-panel.module.css';
import { changedWords, type FolderFilter, visibleEntries } from './folder-rules.ts';

type FolderTableProps = {
  seatId: string;
  /** Null until it is known. */
  folder: FolderView | null;
  onFolder: (path: string) => void;
  onFile: (path: string) => void;
  onRename: (entry: FileEntry) => void;
  onRemove: (entry: FileEntry) => void;
};

/** So many rows are drawn at once; more on request. */
const ROWS = 300;

export function FolderTable(props: FolderTableProps) {
  const t = useTranslations('files');
  const { folder } = props;
  const [filter, setFilter] = useState<FolderFilter>({ text: '', hidden: false });
  const [rows, setRows] = useState(ROWS);
  const language = useLocale();
  if (!folder) return <p className={classes.empty}>{t('loading')}</p>;
  const entries = visibleEntries(folder.entries, filter);
  return (
    <div className={classes.list}>
      <div className={classes.filter}>
        <input
          type="search"
          value={filter.text}
          aria-label={t('filter')}
          placeholder={t('filter')}
          onChange={({ currentTarget }) => setFilter({ ...filter, text: currentTarget.value })}
        />
        <label>
          <input
            type="checkbox"
            checked={filter.hidden}
            onChange={({ currentTarget }) => setFilter({ ...filter, hidden: currentTarget.checked })}
          />
          {t('showHidden')}
        </label>
      </div>
      {folder.cut ? <p className={classes.said}>{t('cut', { count: folder.entries.length })}</p> : null}
      {folder.writable ? null : <p className={classes.said}>{t('folderReadOnly')}</p>}
      {entries.length === 0 ? (
        <p className={classes.empty}>{t(folder.entries.length === 0 ? 'emptyFolder' : 'nothingShown')}</p>
      ) : (
        <table className={classes.table}>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('size')}</th>
              <th scope="col">{t('changed')}</th>
              <th scope="col">{t('actions')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, rows).map((entry) => (
              <EntryRow key={entry.path ?? `?${entry.name}${entry.changedAt}`} entry={entry} {...props} />
            ))}
          </tbody>
        </table>
      )}
      {entries.length > rows ? (
        <Button size="sm" onClick={() => setRows(rows + ROWS)}>
          {t('showMore', { count: entries.length - rows })}
        </Button>
      ) : null}
      <p className={classes.said}>{t('dropHint', { limit: formatBytes(folder.limitBytes, language) })}</p>
    </div>
  );
}

const ICONS: Record<EntryKind, TablerIcon> = {
  folder: IconFolder,
  link_to_folder: IconLink,
  file: IconFile,
  link_to_file: IconLink,
  broken_link: IconLinkOff,
  special: IconFileUnknown,
};

function EntryRow(props: FolderTableProps & { entry: FileEntry }) {
  const { entry, seatId, onFolder, onFile, onRename, onRemove } = props;
  const t = useTranslations('files');
  const locale = useLocale();
  const { path, kind, name } = entry;
  const Icon = ICONS[kind];
  const isFile = kind === 'file' || kind === 'link_to_file';
  const isFolder = kind === 'folder' || kind === 'link_to_folder';
  return (
    <tr>
      <th scope="row">
        <Icon size={16} aria-hidden="true" />
        {path !== null && (isFile || isFolder) ? (
          <button type="button" onClick={() => (isFolder ? onFolder(path) : onFile(path))}>
            {name}
          </button>
        ) : (
          <span>{name}</span>
        )}
        <small>{path === null ? t('nameNoText') : kind === 'file' ? '' : t(`kind_${kind}`)}</small>
      </th>
      <td>{kind === 'file' ? formatBytes(entry.sizeBytes, locale) : ''}</td>
      <td className={classes.date}>{changedWords(entry.changedAt, locale)}</td>
      <td>
        {path === null ? null : (
          <Menu position="bottom-end" width={180}>
            <Menu.Target>
              <Button size="sm" variant="quiet" aria-label={t('actionsOf', { name })}>
                <IconDots size={16} aria-hidden="true" />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {isFile ? (
                <Menu.Item component="a" href={downloadAddress(seatId, path)} download={name}>
                  {t('downloadShort')}
                </Menu.Item>
              ) : null}
              <Menu.Item onClick={() => onRename(entry)}>{t('rename')}</Menu.Item>
              <Menu.Item color="red" onClick={() => onRemove(entry)}>
                {t('remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </td>
    </tr>
  );
}
