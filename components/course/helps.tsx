'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { Help } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import classes from './helps.module.css';
import { hintOffer } from './hint-rules.ts';
import { RunProvider, useRun } from './learn-context.tsx';
import type { StepProse } from './learn-props.ts';

type HelpsProps = {
  hints: StepProse['hints'];
  solution: StepProse['solution'];
  progress: StepProgressView | null;
  /** Stands at the right end. */
  remark: string | null;
  onHelp: (help: Help) => void;
};

/** Hints one by one, the solution on request. What was shown stays shown. */
export function Helps({ hints, solution, progress, remark, onHelp }: HelpsProps) {
  const t = useTranslations('learn');
  const [opened, setOpened] = useState<readonly number[]>([]);
  const [solved, setSolved] = useState(false);
  const offer = hintOffer({ hints, opened, progress });
  const open = (index: number) => {
    setOpened([...opened, index]);
    onHelp({ kind: 'hints', shown: opened.length + 1 });
  };
  const toggleSolution = () => {
    setSolved(!solved);
    if (!solved) onHelp({ kind: 'solution_shown' });
  };
  return (
    <div>
      {opened.map((index, place) => (
        <section className={classes.help} key={index} aria-label={t('hintLabel', { number: place + 1 })}>
          <h4>{t('hintLabel', { number: place + 1 })}</h4>
          {hints[index]?.body}
        </section>
      ))}
      {solved ? <Solution solution={solution} onRun={() => onHelp({ kind: 'solution_run' })} /> : null}
      <div role="status">{offer?.pressing ? <p className={classes.offer}>{t('hintOffer')}</p> : null}</div>
      <div className={classes.under}>
        {offer ? (
          <Button variant={offer.pressing ? 'default' : 'quiet'} size="sm" onClick={() => open(offer.index)}>
            {offer.fits ? t('hintFits') : t('hint', { number: opened.length + 1, total: offer.total })}
          </Button>
        ) : null}
        {solution ? (
          <Button variant="quiet" size="sm" aria-expanded={solved} onClick={toggleSolution}>
            {t(solved ? 'hideSolution' : 'showSolution')}
          </Button>
        ) : null}
        {remark ? <span className={classes.remark}>{remark}</span> : null}
      </div>
    </div>
  );
}

/** Its blocks run as any other; that they did is told. */
function Solution({ solution, onRun }: { solution: StepProse['solution']; onRun: () => void }) {
  const t = useTranslations('learn');
  const run = useRun();
  return (
    <section className={classes.help} aria-label={t('solution')}>
      <h4>{t('solution')}</h4>
      <RunProvider
        value={
          run &&
          ((command, options) => {
            onRun();
            run(command, options);
          })
        }
      >
        {solution}
      </RunProvider>
    </section>
  );
}
