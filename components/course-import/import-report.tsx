'use client';

import { useTranslations } from 'use-intl';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { ProgressBar } from '#components/ui/progress-bar.tsx';
import { courseFamily, type ImportFinding, type ImportReport } from '#server/shared/course-version.ts';
import classes from './imports.module.css';
import type { ImportState } from './use-import.ts';

/** How an import goes, and how it went. */
export function ImportProgress({ state }: { state: ImportState }) {
  const t = useTranslations('courses');
  if (state.phase === 'failed') return <ErrorNotice code={state.code} />;
  return (
    <div className={classes.progress} role="status">
      {state.phase === 'sending' ? (
        <>
          <ProgressBar done={state.percent} total={100} label={t('progress', { name: state.name })} />
          <p>{t('sending', { name: state.name, percent: state.percent })}</p>
        </>
      ) : null}
      {state.phase === 'working' ? (
        <p>{state.name === null ? t('working') : t('checking', { name: state.name })}</p>
      ) : null}
      {state.phase === 'done' ? <Report report={state.report} /> : null}
    </div>
  );
}

function Report({ report }: { report: ImportReport }) {
  const t = useTranslations('courses');
  if (report.outcome === 'refused') {
    return (
      <>
        <p className={classes.refused}>{t('outcome.refused')}</p>
        <Findings findings={report.findings} />
      </>
    );
  }
  const { courseId, number, images, ignored, findings } = report;
  return (
    <>
      <p>{t(`outcome.${report.outcome}`, { course: courseFamily(courseId).family, number })}</p>
      {images.length > 0 ? <p>{t('images', { names: images.join(', ') })}</p> : null}
      {ignored.length > 0 ? <p>{t('ignored', { names: ignored.join(', ') })}</p> : null}
      {findings.length > 0 ? (
        <details>
          <summary>{t('findings', { count: findings.length })}</summary>
          <Findings findings={findings} />
        </details>
      ) : null}
    </>
  );
}

function Findings({ findings }: { findings: readonly ImportFinding[] }) {
  const t = useTranslations('courses');
  return (
    <ul className={classes.findings}>
      {findings.map(({ severity, file, line, what, remedy }) => (
        <li key={`${file} ${line} ${what}`}>
          <b>{t(`severity.${severity}`)}</b> <code>{t('at', { file, line })}</code>
          {/* Both as course:lint says them, which speaks English to authors. */}
          <p lang="en">{what}</p>
          <p lang="en" className={classes.remedy}>
            {remedy}
          </p>
        </li>
      ))}
    </ul>
  );
}
