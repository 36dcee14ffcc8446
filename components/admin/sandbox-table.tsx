'use client';

import { memo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { AgeText } from '#components/classroom/use-now.tsx';
import { LocalTime } from '#components/ui/local-time.tsx';
import { StatusDot, type StatusTone } from '#components/ui/status-dot.tsx';
import type { SandboxPhase } from '#server/shared/protocol.ts';
import type { ActionResult, SandboxRow } from '#server/shared/views.ts';
import classes from './admin.module.css';
import { ConfirmButton } from './confirm-button.tsx';
import { formatBytes } from './format-bytes.ts';

export type SandboxActions = {
  endSandbox: (sandboxId: string) => Promise<ActionResult<null>>;
  resetSandbox: (sandboxId: string) => Promise<ActionResult<null>>;
  onChanged: () => void;
};

const TONES: Record<SandboxPhase, StatusTone> = {
  queued: 'idle',
  creating: 'busy',
  booting: 'busy',
  ready: 'ok',
  ending: 'busy',
  gone: 'idle',
};

/** Dense: one line a sandbox. On a phone the columns become words. */
export function SandboxTable({ rows, ...actions }: SandboxActions & { rows: readonly SandboxRow[] }) {
  const t = useTranslations('admin.sandboxes');
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('owner')}</th>
            <th scope="col">{t('class')}</th>
            <th scope="col">{t('phase')}</th>
            <th scope="col" data-number>
              {t('age')}
            </th>
            <th scope="col" data-number>
              {t('cpu')}
            </th>
            <th scope="col" data-number>
              {t('memory')}
            </th>
            <th scope="col" data-number>
              {t('disk')}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <SandboxLine key={row.sandboxId} row={row} {...actions} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SandboxLine = memo(function SandboxLine({ row, ...actions }: SandboxActions & { row: SandboxRow }) {
  const t = useTranslations('admin.sandboxes');
  const locale = useLocale();
  const bytes = (value: number | null) => (value === null ? t('unknown') : formatBytes(value, locale));
  return (
    <tr>
      <th scope="row" title={row.sandboxId}>
        {row.isCopy ? t('copyOf', { owner: row.owner }) : row.owner}
      </th>
      <td>
        {row.classTitle} <small>{row.courseId}</small>
      </td>
      <td>
        <span className={classes.phase}>
          <StatusDot tone={row.warning ? 'warn' : TONES[row.phase]} /> {t(row.phase)}
        </span>
        {row.warning ? (
          <small className={classes.soon}>
            {t(`soon_${row.warning.reason}`)} <LocalTime iso={row.warning.endsAt} />
          </small>
        ) : null}
      </td>
      <td data-number data-label={t('age')}>
        <AgeText iso={row.createdAt} area="admin" />
      </td>
      <td data-number data-label={t('cpu')}>
        {row.cpuPercent === null ? t('unknown') : `${Math.round(row.cpuPercent)}\u00a0%`}
      </td>
      <td data-number data-label={t('memory')}>
        {bytes(row.memoryBytes)}
      </td>
      <td data-number data-label={t('disk')}>
        {bytes(row.diskBytes)}
      </td>
      <td className={classes.lineActions}>
        <LineActions row={row} {...actions} />
      </td>
    </tr>
  );
});

function LineActions({ row, endSandbox, resetSandbox, onChanged }: SandboxActions & { row: SandboxRow }) {
  const t = useTranslations('admin.sandboxes');
  const { sandboxId, phase, isCopy } = row;
  const owner = isCopy ? t('copyOf', { owner: row.owner }) : row.owner;
  const over = phase === 'ending' || phase === 'gone';
  return (
    <>
      {/* A copy begins with the student's state, which its teacher asks for. */}
      {isCopy ? null : (
        <ConfirmButton
          label={t('reset')}
          name={t('resetOf', { owner })}
          title={t('resetTitle', { owner })}
          lead={t('resetLead')}
          confirm={t('resetConfirm')}
          danger
          disabled={over}
          run={() => resetSandbox(sandboxId)}
          onDone={onChanged}
        />
      )}
      <ConfirmButton
        label={t('end')}
        name={t('endOf', { owner })}
        title={t('endTitle', { owner })}
        lead={t('endLead')}
        confirm={t('endConfirm')}
        danger
        disabled={over}
        run={() => endSandbox(sandboxId)}
        onDone={onChanged}
      />
    </>
  );
}
