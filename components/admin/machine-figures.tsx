'use client';

import { useLocale, useTranslations } from 'use-intl';
import type { SystemView } from '#server/shared/views.ts';
import { formatBytes, pressure, sharePercent } from './format-bytes.ts';
import classes from './machine-figures.module.css';

/** The figures that decide a lesson. A thin bar tells the share, words tell when it gets tight. */
export function MachineFigures({ view }: { view: SystemView }) {
  const t = useTranslations('admin.figures');
  const locale = useLocale();
  const { machine, sandboxes } = view;
  const running = sandboxes.filter((row) => row.phase === 'ready').length;
  const starting = sandboxes.filter((row) => ['queued', 'creating', 'booting'].includes(row.phase)).length;
  const memory = sharePercent(machine.memoryUsedBytes, machine.memoryTotalBytes);
  const disk = sharePercent(machine.diskUsedBytes, machine.diskTotalBytes);
  const load = Math.round(machine.loadPercent);
  const usedOf = (used: number, total: number) =>
    t('usedOf', { used: formatBytes(used, locale), total: formatBytes(total, locale) });
  return (
    <dl className={classes.figures} aria-label={t('title')}>
      <Figure
        label={t('seats')}
        value={String(machine.seatsFree)}
        note={t('seatsOf', { total: machine.seatsTotal })}
        percent={sharePercent(machine.seatsTotal - machine.seatsFree, machine.seatsTotal)}
      />
      <Figure label={t('running')} value={String(running)} note={t('runningNote', { starting })} percent={null} />
      <Figure
        label={t('memory')}
        value={`${memory}\u00a0%`}
        note={usedOf(machine.memoryUsedBytes, machine.memoryTotalBytes)}
        percent={memory}
      />
      <Figure
        label={t('disk')}
        value={`${disk}\u00a0%`}
        note={usedOf(machine.diskUsedBytes, machine.diskTotalBytes)}
        percent={disk}
      />
      <Figure
        label={t('load')}
        value={`${load}\u00a0%`}
        note={t('loadNote')}
        percent={Math.min(100, load)}
        words={{ tight: 'busy', full: 'overloaded' }}
      />
    </dl>
  );
}

type FigureProps = { label: string; value: string; note: string; percent: number | null; words?: PressureWords };
type PressureWords = Record<'tight' | 'full', string>;
const SPACE: PressureWords = { tight: 'tight', full: 'full' };

function Figure({ label, value, note, percent, words = SPACE }: FigureProps) {
  const t = useTranslations('admin.figures');
  const state = percent === null ? 'fine' : pressure(percent);
  return (
    <div data-state={state}>
      <dt>{label}</dt>
      <dd className={classes.value}>{value}</dd>
      <dd className={classes.bar} data-empty={percent === null} aria-hidden="true">
        <i style={{ width: `${percent ?? 0}%` }} />
      </dd>
      <dd className={classes.note}>
        {note}
        {state === 'fine' ? null : <b> · {t(words[state])}</b>}
      </dd>
    </div>
  );
}
