'use client';

import { useTranslations } from 'use-intl';
import { StatusDot } from '#components/ui/status-dot.tsx';
import type { CapacityView, PoolView } from '#server/shared/views.ts';
import classes from './admin.module.css';
import { modelSeats } from './capacity-words.ts';
import { PoolLine, type SavePoolTarget } from './pool-line.tsx';

type PoolSectionProps = { capacity: CapacityView; pools: readonly PoolView[]; saveTarget: SavePoolTarget };

/** How many sandboxes this machine carries and why, who waits, and what is kept ready for the next lesson. */
export function PoolSection({ capacity, pools, saveTarget }: PoolSectionProps) {
  const t = useTranslations('admin.pool');
  return (
    <section className={classes.section} aria-labelledby="pool-title">
      <h2 id="pool-title">{t('title')}</h2>
      <Capacity capacity={capacity} />
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('course')}</th>
              <th scope="col">{t('ready')}</th>
              <th scope="col">{t('forLessons')}</th>
              <th scope="col">{t('byHand')}</th>
            </tr>
          </thead>
          <tbody>
            {pools.map((pool) => (
              <PoolLine key={pool.courseId} pool={pool} saveTarget={saveTarget} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Capacity({ capacity }: { capacity: CapacityView }) {
  const t = useTranslations('admin.pool');
  const { total, used, warm, waiting, limitedBy, by } = capacity;
  const model = modelSeats(by);
  const isOver = by.setting !== null && by.setting > model;
  const disk = by.disk === null ? t('unknown') : String(by.disk);
  return (
    <>
      <p>{t(`limitedBy.${limitedBy}`, { total })}</p>
      <p className={classes.quiet}>{t('by', { memory: by.memory, cpu: by.cpu, disk })}</p>
      {isOver ? (
        <p className={classes.quiet}>
          <StatusDot tone="warn" /> {t('over', { setting: by.setting ?? 0, model })}
        </p>
      ) : null}
      <p className={classes.quiet}>{t('use', { used: used - warm, warm, waiting })}</p>
    </>
  );
}
