'use client';

import type { ComponentProps, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ageOf } from '#components/classroom/age.ts';
import { NowProvider, useAgeWords, useNow } from '#components/classroom/use-now.tsx';
import { MachineLimitsSection, type SaveMachineLimits } from '#components/limits/machine-limits-section.tsx';
import { StatusDot, type StatusTone } from '#components/ui/status-dot.tsx';
import type { ActionResult, MachineLimitsView, SystemView } from '#server/shared/views.ts';
import classes from './admin.module.css';
import { EngineSection } from './engine-section.tsx';
import { ImageSection } from './image-section.tsx';
import { MachineFigures } from './machine-figures.tsx';
import type { TeacherDraft } from './new-teacher.tsx';
import type { SavePoolTarget } from './pool-line.tsx';
import { PoolSection } from './pool-section.tsx';
import { ProblemSection } from './problem-section.tsx';
import { lessonVerdict, type Verdict } from './readiness.ts';
import { SandboxSection } from './sandbox-section.tsx';
import { type ReadSystem, useSystem } from './use-system.ts';
import { type UserLine, UserSection } from './user-section.tsx';

export type AdminScreenProps = {
  view: SystemView;
  users: readonly UserLine[];
  now: string;
  signInLink: string;
  readSystem: ReadSystem;
  rebuildImage: (courseId: string) => Promise<ActionResult<null>>;
  endSandbox: (sandboxId: string) => Promise<ActionResult<null>>;
  resetSandbox: (sandboxId: string) => Promise<ActionResult<null>>;
  createTeacher: (draft: TeacherDraft) => Promise<ActionResult<UserLine>>;
  limits: MachineLimitsView;
  saveLimits: SaveMachineLimits;
  savePoolTarget: SavePoolTarget;
  /** What is cared for less often: the mirror, the machine itself. */
  children?: ReactNode;
};

const TONES: Record<Verdict, StatusTone> = {
  ready: 'ok',
  building: 'busy',
  engine: 'bad',
  image: 'bad',
  driver: 'bad',
  full: 'warn',
};

/** First what decides a lesson, then what stands in its way, then every sandbox, then people. */
export function AdminScreen({ now, ...rest }: AdminScreenProps) {
  return (
    <NowProvider start={now}>
      <Screen now={now} {...rest} />
    </NowProvider>
  );
}

function Screen({ view: first, users, now, children, ...actions }: AdminScreenProps) {
  const { view, connected, lookedAt, look } = useSystem(first, now, actions.readSystem);
  return (
    <div className={classes.screen}>
      <Heading view={view} connected={connected} lookedAt={lookedAt} />
      <MachineFigures view={view} />
      <div className={classes.two}>
        <EngineSection view={view} />
        <ImageSection images={view.images} rebuildImage={actions.rebuildImage} />
      </div>
      <PoolSection capacity={view.capacity} pools={view.pools} saveTarget={actions.savePoolTarget} />
      <SandboxSection
        sandboxes={view.sandboxes}
        endSandbox={actions.endSandbox}
        resetSandbox={actions.resetSandbox}
        onChanged={look}
      />
      <LimitsSection limits={actions.limits} enforces={view.engine?.enforces ?? null} saveLimits={actions.saveLimits} />
      {children}
      <div className={classes.two}>
        <ProblemSection problems={view.problems} />
        <UserSection users={users} signInLink={actions.signInLink} createTeacher={actions.createTeacher} />
      </div>
    </div>
  );
}

function LimitsSection(props: ComponentProps<typeof MachineLimitsSection>) {
  const t = useTranslations('limits.machine');
  return (
    <section className={classes.section} aria-labelledby="limits-title">
      <h2 id="limits-title">{t('title')}</h2>
      <MachineLimitsSection {...props} />
    </section>
  );
}

function Heading({ view, connected, lookedAt }: { view: SystemView; connected: boolean; lookedAt: string }) {
  const t = useTranslations('admin');
  const words = useAgeWords('admin');
  const age = ageOf(lookedAt, useNow());
  const verdict = lessonVerdict(view);
  return (
    <header className={classes.heading}>
      <h1>{t('title')}</h1>
      <p role="status">
        <StatusDot tone={TONES[verdict]} /> {t(`verdict.${verdict}`, { seats: view.machine.seatsFree })}
      </p>
      <p className={classes.asOf} data-offline={!connected}>
        {connected ? (age.unit === 'now' ? t('asOfNow') : t('asOf', { age: words(age) })) : t('offline')}
      </p>
    </header>
  );
}
