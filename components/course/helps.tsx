'use client';

import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './helps.module.css';

type HelpsProps = {
  hints: readonly ReactNode[];
  solution: ReactNode | null /** Stands at the right end. */;
  remark: string | null;
};

/** Hints one by one, the solution on request. What was shown stays shown. */
export function Helps({ hints, solution, remark }: HelpsProps) {
  const t = useTranslations('learn');
  const [shown, setShown] = useState(0);
  const [solved, setSolved] = useState(false);
  const next = shown + 1;
  const numbered = hints.map((hint, index) => ({ number: index + 1, hint }));
  return (
    <div>
      {numbered.slice(0, shown).map(({ number, hint }) => (
        <section className={classes.help} key={number} aria-label={t('hintLabel', { number })}>
          <h4>{t('hintLabel', { number })}</h4>
          {hint}
        </section>
      ))}
      {solved ? (
        <section className={classes.help} aria-label={t('solution')}>
          <h4>{t('solution')}</h4>
          {solution}
        </section>
      ) : null}
      <div className={classes.under}>
        {shown < hints.length ? (
          <Button variant="quiet" size="sm" onClick={() => setShown(next)}>
            {t('hint', { number: next, total: hints.length })}
          </Button>
        ) : null}
        {solution ? (
          <Button variant="quiet" size="sm" aria-expanded={solved} onClick={() => setSolved(!solved)}>
            {t(solved ? 'hideSolution' : 'showSolution')}
          </Button>
        ) : null}
        {remark ? <span className={classes.remark}>{remark}</span> : null}
      </div>
    </div>
  );
}
