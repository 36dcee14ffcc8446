'use client';

import { useTranslations } from 'use-intl';
import type { StepMeta } from '#server/shared/views.ts';
import { LocalTime } from '../ui/local-time.tsx';
import { BackToStart } from './back-to-start.tsx';
import { stepElementId } from './chapter-text.tsx';
import { CheckCard } from './check-card.tsx';
import { Helps } from './helps.tsx';
import type { StepProse } from './learn-props.ts';
import type { StepStanding } from './progress-rules.ts';
import { QuestionForm } from './question-form.tsx';
import classes from './step-item.module.css';
import type { LearnState } from './use-learn-state.ts';

type StepItemProps = {
  step: StepMeta;
  prose: StepProse | undefined;
  standing: StepStanding;
  open: boolean;
  last: boolean;
  onToggle: () => void;
  state: LearnState;
};

/** One step on the rail: its node, its title, and all of it when it is open. */
export function StepItem({ step, prose, standing, open, last, onToggle, state }: StepItemProps) {
  const t = useTranslations('learn');
  const progress = state.progress[step.stepKey] ?? null;
  const id = stepElementId(step.stepKey);
  return (
    <li
      className={classes.step}
      id={id}
      data-standing={standing}
      data-last={last}
      {...(standing === 'now' ? { 'aria-current': 'step' } : {})}
    >
      <span className={classes.rail} aria-hidden="true">
        <span className={classes.node}>{standing === 'done' ? '✓' : step.number}</span>
      </span>
      <div className={classes.content}>
        <h2>
          <button
            type="button"
            className={classes.title}
            aria-expanded={open}
            aria-controls={`${id}-body`}
            onClick={onToggle}
          >
            <span className="visually-hidden">{t(`standing_${standing}`, { number: step.number })} </span>
            {step.title}
          </button>
          {progress?.passedAt ? (
            <small>
              {t('doneAt')} <LocalTime iso={progress.passedAt} />
            </small>
          ) : null}
        </h2>
        {/* Closed steps stay in the page: they are found by a search and printed. */}
        <div id={`${id}-body`} className={classes.body} data-open={open}>
          {step.missing.length > 0 ? <Missing what={step.missing} /> : null}
          {prose?.body}
          <StepTask step={step} prose={prose} state={state} />
          {standing === 'ahead' ? null : (
            <BackToStart
              title={step.title}
              busy={state.sandboxBusy || state.sandbox.replay?.state === 'running'}
              onBack={() => void state.changeSandbox({ toStep: step.stepKey })}
            />
          )}
        </div>
      </div>
    </li>
  );
}

function Missing({ what }: { what: readonly string[] }) {
  const t = useTranslations('learn');
  const names = what.map((capability) => (t.has(`needs_${capability}`) ? t(`needs_${capability}`) : capability));
  return <p className={classes.missing}>{t('missing', { what: names.join(', ') })}</p>;
}

function StepTask({ step, prose, state }: { step: StepMeta; prose: StepProse | undefined; state: LearnState }) {
  const t = useTranslations('learn');
  const { stepKey, question, hasCheck, title } = step;
  const progress = state.progress[stepKey] ?? null;
  return (
    <>
      {question ? (
        <QuestionForm
          question={question}
          title={title}
          progress={progress}
          explanation={state.explanations[stepKey] ?? null}
          onAnswer={(answer) => state.answer(stepKey, answer)}
        />
      ) : null}
      {hasCheck ? (
        <CheckCard
          worth={step.points}
          progress={progress}
          running={state.checking.has(stepKey)}
          refused={state.refused[stepKey] ?? null}
          onCheck={() => void state.checkNow(stepKey)}
        />
      ) : null}
      <Helps
        hints={prose?.hints ?? []}
        solution={prose?.solution ?? null}
        progress={progress}
        onHelp={(help) => state.noteHelp(stepKey, help)}
        remark={hasCheck && !progress?.passedAt ? t('byItself') : null}
      />
    </>
  );
}
