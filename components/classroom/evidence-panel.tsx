'use client';

import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { RecordingsLink } from '#components/recording/recordings-link.tsx';
import { Button } from '#components/ui/button.tsx';
import { LocalTime } from '#components/ui/local-time.tsx';
import { SeenWanted } from '#components/ui/seen-wanted.tsx';
import type { StepProgressView, StudentRow } from '#server/shared/protocol.ts';
import { CopySandbox, type OpenCopy } from './copy-sandbox.tsx';
import classes from './evidence-panel.module.css';
import type { GridColumn } from './grid-columns.ts';
import { StudentPorts } from './student-ports.tsx';
import { AgeText } from './use-now.tsx';
import { WatchLink } from './watch-link.tsx';

type EvidencePanelProps = {
  row: StudentRow | null;
  label: string;
  column: number;
  columns: readonly GridColumn[];
  /** Null where the class is closed: its sandboxes are gone. */
  copy: { classroomId: string; openCopy: OpenCopy } | null;
  /** The viewer may watch the student's recordings, and their terminal while the class is open. */
  recordings: boolean;
  onMove: (column: number) => void;
  onClose: () => void;
};

/** What is known of one student at one step. Goes on following the class while it is open. */
export function EvidencePanel({ row, label, column, columns, copy, recordings, onMove, onClose }: EvidencePanelProps) {
  const t = useTranslations('teach.evidence');
  const grid = useTranslations('teach.grid');
  const at = columns[column];
  return (
    <Drawer
      opened={row !== null && at !== undefined}
      onClose={onClose}
      position="right"
      size={400}
      title={label}
      overlayProps={{ backgroundOpacity: 0.18 }}
      closeButtonProps={{ 'aria-label': t('close') }}
      classNames={{ title: classes.who, body: classes.body }}
    >
      {row && at ? (
        <>
          <p className={classes.chapter}>{grid('chapter', { number: at.chapter.number, title: at.chapter.title })}</p>
          <h3 className={classes.step}>{grid('step', { position: at.position, title: at.title })}</h3>
          <Evidence
            row={row}
            step={row.steps[at.stepKey] ?? null}
            here={row.online && row.currentStep === at.stepKey}
          />
          <div className={classes.move}>
            <Button size="sm" disabled={column === 0} onClick={() => onMove(column - 1)}>
              {t('previous')}
            </Button>
            <Button size="sm" disabled={column >= columns.length - 1} onClick={() => onMove(column + 1)}>
              {t('next')}
            </Button>
          </div>
          {copy && recordings ? <WatchLink classroomId={copy.classroomId} enrollmentId={row.enrollmentId} /> : null}
          {copy ? <CopySandbox key={row.enrollmentId} enrollmentId={row.enrollmentId} {...copy} /> : null}
          {copy ? <StudentPorts key={`${row.enrollmentId} ports`} enrollmentId={row.enrollmentId} /> : null}
          {recordings ? <RecordingsLink enrollmentId={row.enrollmentId} /> : null}
        </>
      ) : null}
    </Drawer>
  );
}

function Evidence({ row, step, here }: { row: StudentRow; step: StepProgressView | null; here: boolean }) {
  const t = useTranslations('teach.evidence');
  return (
    <>
      <Verdict step={step} />
      {here ? <p className={classes.here}>{t('here')}</p> : null}
      {step?.outcome === 'fault' ? <p className={classes.fault}>{t('fault')}</p> : null}
      {step?.checkedAt ? (
        <div className={classes.said}>
          <p className={classes.small}>{t('said')}</p>
          <p className={classes.message}>{step.message || t('nothingSaid')}</p>
          <SeenWanted seen={step.seen} wanted={step.wanted} />
        </div>
      ) : null}
      <dl className={classes.facts}>
        <Fact label={t('tries')}>{step?.tries ?? 0}</Fact>
        <Fact label={t('checked')}>
          <When iso={step?.checkedAt ?? null} />
        </Fact>
        <Fact label={t('lastPass')}>
          <When iso={row.lastPassAt} />
        </Fact>
        <Fact label={t('lastSeen')}>
          <When iso={row.lastSeenAt} />
        </Fact>
      </dl>
    </>
  );
}

function Verdict({ step }: { step: StepProgressView | null }) {
  const t = useTranslations('teach.evidence');
  if (!step || (step.passedAt === null && step.checkedAt === null)) {
    return (
      <p className={classes.verdict}>
        <b>{t('notBegun')}.</b> {t('notBegunLead')}
      </p>
    );
  }
  return (
    <p className={classes.verdict} data-passed={step.passedAt !== null}>
      <b>{step.passedAt === null ? t('trying') : `✓ ${t('done')}`}</b>
      {step.passedAt === null ? null : (
        <span>
          <When iso={step.passedAt} />
        </span>
      )}
    </p>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function When({ iso }: { iso: string | null }) {
  const t = useTranslations('teach.evidence');
  if (iso === null) return t('never');
  return (
    <>
      <LocalTime iso={iso} /> · <AgeText iso={iso} area="teach" />
    </>
  );
}
