'use client';

import { useTranslations } from 'use-intl';
import grid from './class-grid.module.css';
import classes from './live-class.module.css';

/** The squares in words. */
export function Legend() {
  const t = useTranslations('teach.grid');
  return (
    <ul className={classes.legend} aria-label={t('legend')}>
      <li>
        <Square state="done">✓</Square> {t('legendDone')}
      </li>
      <li>
        <Square state="trying">4</Square> {t('legendTrying')}
      </li>
      <li>
        <Square state="begun" here /> {t('legendHere')}
      </li>
      <li>
        <Square state="not_begun" /> {t('legendNotBegun')}
      </li>
    </ul>
  );
}

function Square({ state, here, children }: { state: string; here?: true; children?: string }) {
  return (
    <i className={grid.cell} data-state={state} data-here={here} aria-hidden="true">
      {children}
    </i>
  );
}
