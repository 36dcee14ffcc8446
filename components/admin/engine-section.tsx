'use client';

import { useTranslations } from 'use-intl';
import { StatusDot, type StatusTone } from '#components/ui/status-dot.tsx';
import type { EnginePhase, SystemView } from '#server/shared/views.ts';
import classes from './admin.module.css';

const TONES: Record<EnginePhase, StatusTone> = {
  off: 'idle',
  preparing: 'busy',
  starting: 'busy',
  ready: 'ok',
  failed: 'bad',
  stopping: 'busy',
};

/** What runs the sandboxes, and everything on this host that stands in its way with the command that changes it. */
export function EngineSection({ view }: { view: SystemView }) {
  const t = useTranslations('admin.engine');
  const { engine, driver } = view;
  return (
    <section className={classes.section} aria-labelledby="engine-title">
      <h2 id="engine-title">{t('title')}</h2>
      {engine ? (
        <>
          <p className={classes.state}>
            <StatusDot tone={TONES[engine.phase]} /> <b>{t(engine.phase)}</b>
            {engine.detail ? <span>{engine.detail}</span> : null}
          </p>
          {engine.error ? <p className={classes.error}>{engine.error}</p> : null}
          <AdviceList advice={engine.advice} />
        </>
      ) : (
        <p className={classes.quiet}>{t('none', { driver: driver ?? t('noDriver') })}</p>
      )}
    </section>
  );
}

type Advice = NonNullable<SystemView['engine']>['advice'];

function AdviceList({ advice }: { advice: Advice }) {
  const t = useTranslations('admin.engine');
  const wrong = advice.filter((one) => !one.ok);
  const fine = advice.filter((one) => one.ok);
  return (
    <>
      {wrong.length === 0 ? null : (
        <ul className={classes.advice} aria-label={t('advice')}>
          {wrong.map(({ what, consequence, remedy }) => (
            <li key={what}>
              <p>
                <StatusDot tone="warn" /> <b>{what}</b>
              </p>
              <p>{consequence}</p>
              {remedy ? (
                <p>
                  {t('remedy')}: <code>{remedy}</code>
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {fine.length === 0 ? null : (
        <details className={classes.fine}>
          <summary>{t('allFine', { count: fine.length })}</summary>
          <ul>
            {fine.map(({ what, consequence }) => (
              <li key={what}>
                <b>✓ {what}</b> {consequence}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
