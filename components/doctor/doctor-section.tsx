'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import admin from '#components/admin/admin.module.css';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { StatusDot, type StatusTone } from '#components/ui/status-dot.tsx';
import type { ActionResult, DoctorFinding } from '#server/shared/views.ts';
import classes from './doctor.module.css';

type Examined = ActionResult<DoctorFinding[] | null>;
export type DoctorSectionProps = { first: Examined; examine: () => Promise<Examined> };

const TONES: Record<DoctorFinding['level'], StatusTone> = { ok: 'ok', note: 'idle', warn: 'warn', bad: 'bad' };

/** What this machine can do, what follows for courses, and the command that would change it. */
export function DoctorSection({ first, examine }: DoctorSectionProps) {
  const t = useTranslations('doctor');
  const [result, setResult] = useState(first);
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    setResult(await examine().catch((): Examined => ({ ok: false, code: 'timed_out' })));
    setBusy(false);
  };
  return (
    <section className={admin.section} aria-labelledby="doctor-title">
      <div className={admin.sectionHead}>
        <h2 id="doctor-title">{t('title')}</h2>
        <Button size="sm" busy={busy} onClick={() => void look()}>
          {busy ? t('looking') : t('again')}
        </Button>
      </div>
      <p className={admin.quiet}>{t('lead')}</p>
      {result.ok ? <Findings findings={result.value} /> : <ErrorNotice code={result.code} />}
    </section>
  );
}

function Findings({ findings }: { findings: readonly DoctorFinding[] | null }) {
  const t = useTranslations('doctor');
  if (findings === null) return <p className={admin.quiet}>{t('unseen')}</p>;
  const [noted, fine] = [
    findings.filter(({ level }) => level !== 'ok'),
    findings.filter(({ level }) => level === 'ok'),
  ];
  const stands = noted.some(({ level }) => level === 'bad');
  return (
    <>
      {stands ? null : (
        <p className={classes.verdict}>
          <StatusDot tone="ok" /> {t('nothing')}
        </p>
      )}
      <div className={classes.groups}>
        {groupsOf(noted).map(([group, own]) => (
          <Group key={group} group={group} findings={own} />
        ))}
      </div>
      <details className={admin.fine}>
        <summary>{t('fine', { count: fine.length })}</summary>
        <div className={classes.groups}>
          {groupsOf(fine).map(([group, own]) => (
            <Group key={group} group={group} findings={own} />
          ))}
        </div>
      </details>
    </>
  );
}

/** In the order in which their worst comes. */
function groupsOf(findings: readonly DoctorFinding[]): [string, DoctorFinding[]][] {
  return Object.entries(Object.groupBy(findings, ({ code }) => code.split('.')[0] ?? '')).map(([group, own]) => [
    group,
    own ?? [],
  ]);
}

function Group({ group, findings }: { group: string; findings: readonly DoctorFinding[] }) {
  const t = useTranslations('doctor');
  return (
    <div className={classes.group}>
      <h3>{t(`group.${group}`)}</h3>
      <ul>
        {findings.map((finding) => (
          <Finding key={`${finding.code} ${finding.remedy}`} finding={finding} />
        ))}
      </ul>
    </div>
  );
}

function Finding({ finding: { code, level, values, remedy } }: { finding: DoctorFinding }) {
  const t = useTranslations('doctor');
  return (
    <li className={classes.finding}>
      <p>
        <StatusDot tone={TONES[level]} /> <b>{t(`found.${code}.seen`, values)}</b>
        {level === 'ok' ? null : <small>{t(`level.${level}`)}</small>}
      </p>
      <p className={classes.follows}>{t(`found.${code}.follows`, values)}</p>
      {remedy === null ? null : (
        <p className={classes.remedy}>
          <span>{t('remedy')}:</span> <code>{remedy}</code> <CopyButton text={remedy} label={t('copy')} />
        </p>
      )}
    </li>
  );
}
