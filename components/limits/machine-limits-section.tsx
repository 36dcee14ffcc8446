'use client';

import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { StatusDot } from '#components/ui/status-dot.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import { KERNEL_LIMITS, LIMIT_NAMES, type LimitName, type MachineLimits } from '#server/shared/sandbox-policy.ts';
import type { ActionResult, MachineLimitsView } from '#server/shared/views.ts';
import { draftOf, isFault, type MachineDraft, type MachineFault, readMachineDraft } from './limit-draft.ts';
import classes from './limits.module.css';

/** Null takes the server's own settings again. */
export type SaveMachineLimits = (limits: MachineLimits | null) => Promise<ActionResult<MachineLimitsView>>;

type SectionProps = {
  limits: MachineLimitsView;
  /** The limits that this host really holds; null while nothing answers. */
  enforces: readonly string[] | null;
  saveLimits: SaveMachineLimits;
};

const NO_FAULT: MachineFault = { defaults: [], ceilings: [] };
const draftsOf = ({ defaults, ceilings }: MachineLimits): MachineDraft => ({
  defaults: draftOf(defaults),
  ceilings: draftOf(ceilings),
});

/** What a sandbox gets on this machine, what no course or class may go beyond, and what this host can hold. */
export function MachineLimitsSection({ limits, enforces, saveLimits }: SectionProps) {
  const t = useTranslations('limits.machine');
  const [draft, setDraft] = useState(() => draftsOf(limits.limits));
  const [isSet, setIsSet] = useState(limits.isSet);
  const [fault, setFault] = useState(NO_FAULT);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const [saved, setSaved] = useState(false);
  const save = async (wanted: MachineLimits | null) => {
    setBusy(true);
    const result = await saveLimits(wanted).catch(() => null);
    setBusy(false);
    setSaved(result?.ok === true);
    setRefused(result?.ok ? null : (result?.code ?? 'timed_out'));
    if (!result?.ok) return;
    setDraft(draftsOf(result.value.limits));
    setIsSet(result.value.isSet);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    const read = readMachineDraft(draft);
    setFault(isFault(read) ? read : NO_FAULT);
    if (!isFault(read)) await save(read);
  };
  const change = (level: keyof MachineDraft, name: LimitName, value: string) =>
    setDraft((before) => ({ ...before, [level]: { ...before[level], [name]: value } }));
  const isWrong = fault.defaults.length + fault.ceilings.length > 0;
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{t('lead')}</p>
      <LimitTable draft={draft} fault={fault} enforces={enforces} onChange={change} />
      {isWrong ? <ErrorNotice code="limit_out_of_range" /> : null}
      {refused ? <ErrorNotice code={refused} /> : null}
      <div className={classes.actions}>
        <Button type="submit" variant="primary" busy={busy}>
          {t('save')}
        </Button>
        {isSet ? (
          <Button busy={busy} onClick={() => void save(null)}>
            {t('reset')}
          </Button>
        ) : null}
        <p role="status">{saved ? t('saved') : t(isSet ? 'set' : 'environment')}</p>
      </div>
    </form>
  );
}

type TableProps = {
  draft: MachineDraft;
  fault: MachineFault;
  enforces: readonly string[] | null;
  onChange: (level: keyof MachineDraft, name: LimitName, value: string) => void;
};

function LimitTable({ draft, fault, enforces, onChange }: TableProps) {
  const t = useTranslations('limits');
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('machine.limit')}</th>
          <th scope="col">{t('machine.defaults')}</th>
          <th scope="col">{t('machine.ceilings')}</th>
          <th scope="col">{t('machine.here')}</th>
        </tr>
      </thead>
      <tbody>
        {LIMIT_NAMES.map((name) => (
          <tr key={name}>
            <th scope="row">
              {t(`${name}.label`)}
              <small>{t(`${name}.what`)}</small>
            </th>
            {(['defaults', 'ceilings'] as const).map((level) => (
              <td key={level} data-label={t(`machine.${level}`)}>
                <input
                  inputMode="decimal"
                  autoComplete="off"
                  aria-label={t('machine.field', { limit: t(`${name}.label`), level: t(`machine.${level}`) })}
                  value={draft[level][name]}
                  aria-invalid={fault[level].includes(name)}
                  onChange={(event) => onChange(level, name, event.currentTarget.value)}
                />
              </td>
            ))}
            <td>
              <Held name={name} enforces={enforces} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether what is asked for is also held here. */
function Held({ name, enforces }: { name: LimitName; enforces: readonly string[] | null }) {
  const t = useTranslations('limits.machine');
  const kernel: readonly string[] = KERNEL_LIMITS;
  if (!kernel.includes(name)) return <span className={classes.held}>{t('heldByServer')}</span>;
  if (enforces === null) return <span className={classes.held}>{t('unknown')}</span>;
  if (enforces.includes(name)) return <span className={classes.held}>{t('heldByKernel')}</span>;
  return (
    <span className={classes.loose}>
      <StatusDot tone="warn" /> {t('notHeld')}
    </span>
  );
}
