'use client';

import { IconEye, IconKeyboard } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import type { Company } from '#server/shared/company.ts';
import classes from './company-strip.module.css';

type Answers = {
  onAnswer: (shell: string, turnId: string, allow: boolean) => void;
  onTakeBack: (shell: string) => void;
};

type CompanyStripProps = Answers & {
  ref: RefObject<HTMLDivElement | null>;
  companies: Readonly<Record<string, Company>>;
  /** In the order of their tabs. */
  shells: readonly string[];
  nameOf: (shell: string) => string;
};

/**
 * Above the screen: who watches, who would like to type, who types. It takes no focus, and stands empty in the page
 * where there is nobody, so that a screen reader hears of the first one too.
 */
export function CompanyStrip({ ref, companies, shells, nameOf, ...answers }: CompanyStripProps) {
  const isOnly = shells.length === 1;
  return (
    <div ref={ref} className={classes.strip} role="status" data-company>
      {shells.map((shell) => {
        const company = companies[shell];
        if (!company || (company.turn === null && company.watchers.length === 0)) return null;
        return <Row key={shell} shell={shell} place={isOnly ? null : nameOf(shell)} company={company} {...answers} />;
      })}
    </div>
  );
}

type RowProps = Answers & {
  shell: string;
  /** What the shell is called; null where there is one only. */
  place: string | null;
  company: Company;
};

function Row({ shell, place, company, onAnswer, onTakeBack }: RowProps) {
  const t = useTranslations('terminal');
  const format = useFormatter();
  const { turn, watchers } = company;
  const where = { only: place === null ? 'yes' : 'no', shell: place ?? '' };
  const phase = turn?.phase ?? 'watching';
  const names = turn ? turn.name : format.list(watchers);
  const Icon = phase === 'watching' ? IconEye : IconKeyboard;
  return (
    <div className={classes.row} data-phase={phase}>
      <Icon size={17} aria-hidden="true" className={classes.icon} />
      <p>{t(`company_${phase}`, { ...where, names, count: turn ? 1 : watchers.length })}</p>
      {turn?.phase === 'asked' ? (
        <>
          <button type="button" data-primary="true" onClick={() => onAnswer(shell, turn.turnId, true)}>
            {t('company_allow')}
          </button>
          <button type="button" onClick={() => onAnswer(shell, turn.turnId, false)}>
            {t('company_refuse')}
          </button>
        </>
      ) : null}
      {turn?.phase === 'writing' ? (
        <button type="button" data-primary="true" onClick={() => onTakeBack(shell)}>
          {t('company_takeBack')}
        </button>
      ) : null}
      {turn ? (
        <span className={classes.keys}>
          <kbd>{t('keys_company')}</kbd> {t('company_leadsHere')}
        </span>
      ) : null}
    </div>
  );
}
