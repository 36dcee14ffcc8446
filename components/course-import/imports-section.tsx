'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import admin from '#components/admin/admin.module.css';
import { ConfirmButton } from '#components/admin/confirm-button.tsx';
import { AgeText } from '#components/classroom/use-now.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import type { ImportedVersionView, ImportReport } from '#server/shared/course-version.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { ArchiveForm, FolderForm, type GitDraft, GitForm } from './import-forms.tsx';
import { ImportProgress } from './import-report.tsx';
import classes from './imports.module.css';
import { useImport } from './use-import.ts';

type RemoveVersion = (courseId: string) => Promise<ActionResult<null>>;

type ImportsSectionProps = {
  first: ActionResult<ImportedVersionView[]>;
  readImports: () => Promise<ActionResult<ImportedVersionView[]>>;
  importFolder: (folder: string) => Promise<ActionResult<ImportReport>>;
  importGit: (source: GitDraft) => Promise<ActionResult<ImportReport>>;
  removeVersion: RemoveVersion;
};

/** The courses that came from outside, and three ways for the next. */
export function ImportsSection({ first, readImports, importFolder, importGit, removeVersion }: ImportsSectionProps) {
  const t = useTranslations('courses');
  const [versions, setVersions] = useState(first);
  const look = () => {
    readImports().then(setVersions, () => undefined);
  };
  const { state, run, send, stop } = useImport(look);
  const busy = state.phase === 'sending' || state.phase === 'working';
  return (
    <section className={admin.section} aria-labelledby="courses-title">
      <h2 id="courses-title">{t('title')}</h2>
      <p className={classes.lead}>{t('lead')}</p>
      {versions.ok ? (
        <VersionTable versions={versions.value} removeVersion={removeVersion} onRemoved={look} />
      ) : (
        <ErrorNotice code={versions.code} />
      )}
      <div className={classes.ways}>
        <ArchiveForm busy={busy} onFile={send} onStop={stop} />
        <FolderForm busy={busy} onFolder={(folder) => run(() => importFolder(folder))} />
        <GitForm busy={busy} onGit={(source) => run(() => importGit(source))} />
      </div>
      <ImportProgress state={state} />
    </section>
  );
}

type VersionTableProps = {
  versions: readonly ImportedVersionView[];
  removeVersion: RemoveVersion;
  onRemoved: () => void;
};

function VersionTable({ versions, removeVersion, onRemoved }: VersionTableProps) {
  const t = useTranslations('courses');
  if (versions.length === 0) return <p className={admin.quiet}>{t('none')}</p>;
  return (
    <div className={admin.scroll}>
      <table className={admin.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('course')}</th>
            <th scope="col" data-number>
              {t('version')}
            </th>
            <th scope="col">{t('from')}</th>
            <th scope="col">{t('imported')}</th>
            <th scope="col" data-number>
              {t('classes')}
            </th>
            <th scope="col">
              <span className={classes.unseen}>{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <VersionLine key={version.courseId} version={version} removeVersion={removeVersion} onRemoved={onRemoved} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type VersionLineProps = Omit<VersionTableProps, 'versions'> & { version: ImportedVersionView };

function VersionLine({ version, removeVersion, onRemoved }: VersionLineProps) {
  const t = useTranslations('courses');
  const { courseId, title, number, steps, origin, importedAt, importedBy } = version;
  return (
    <tr>
      <th scope="row">
        {title} <small>{t('steps', { count: steps })}</small>
      </th>
      <td data-number className={classes.named} data-label={t('version')}>
        {number}
      </td>
      <td className={classes.origin}>
        {t(`kind.${origin.kind}`)} <code>{origin.where}</code>
        {origin.revision === null ? null : <code> {origin.revision.slice(0, 10)}</code>}
      </td>
      <td>
        <AgeText iso={importedAt} area="admin" /> <small>{importedBy}</small>
      </td>
      <td data-number className={classes.named} data-label={t('classes')}>
        {version.classes}
      </td>
      <td className={admin.lineActions}>
        <ConfirmButton
          label={t('remove')}
          name={t('removeOf', { number, title })}
          title={t('removeTitle', { number, title })}
          lead={t('removeLead')}
          confirm={t('removeConfirm')}
          disabled={version.classes > 0}
          danger
          run={() => removeVersion(courseId)}
          onDone={onRemoved}
        />
      </td>
    </tr>
  );
}
