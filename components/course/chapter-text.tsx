'use client';

import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ChapterCredits } from './chapter-credits.tsx';
import classes from './chapter-text.module.css';
import type { LearnPageProps } from './learn-props.ts';
import { currentStepKey, isPassed, standing, withMissing } from './progress-rules.ts';
import { StepItem } from './step-item.tsx';
import type { LearnState } from './use-learn-state.ts';

type ChapterTextProps = { page: LearnPageProps; state: LearnState; end: ReactNode };

/** The reading half: title, then the steps along their rail. */
export function ChapterText({ page, state, end }: ChapterTextProps) {
  const t = useTranslations('learn');
  const { place } = page;
  const steps = withMissing(page.steps, page.needs, state.sandbox);
  const current = currentStepKey(steps, state.progress);
  const opened = useOpenSteps(current, state);
  const finished = steps.every((step) => isPassed(state.progress, step.stepKey));
  return (
    <article className={classes.text}>
      <header className={classes.head}>
        <h1>{place.chapter.title}</h1>
        {page.lead ? <p className={classes.lead}>{page.lead}</p> : null}
        {page.intro}
      </header>
      <ol className={classes.steps} aria-label={t('steps')}>
        {steps.map((step, index) => (
          <StepItem
            key={step.stepKey}
            step={step}
            prose={page.prose[step.stepKey]}
            standing={standing(step.stepKey, current, state.progress)}
            open={opened.has(step.stepKey)}
            last={index === steps.length - 1}
            onToggle={() => opened.toggle(step.stepKey)}
            state={state}
          />
        ))}
      </ol>
      {finished ? (
        <footer className={classes.end}>
          <h2>{t('finished')}</h2>
          {page.outro}
          {end}
        </footer>
      ) : null}
      <ChapterCredits credits={place.credits} />
    </article>
  );
}

/** The step in hand is open; what the student opened or just finished stays open. */
function useOpenSteps(current: string | null, state: LearnState) {
  const [byHand, setByHand] = useState<Readonly<Record<string, boolean>>>({});
  const before = useRef(current);
  const tell = useEffectEvent((stepKey: string) => state.atStep(stepKey));
  useEffect(() => {
    if (current) tell(current);
    const left = before.current;
    before.current = current;
    if (left === null || left === current) return;
    setByHand((all) => ({ ...all, [left]: all[left] ?? true }));
    if (current && isInView(left)) scrollToStep(current);
  }, [current]);
  const has = (stepKey: string) => byHand[stepKey] ?? stepKey === current;
  const toggle = (stepKey: string) => {
    if (!has(stepKey)) state.atStep(stepKey);
    setByHand((all) => ({ ...all, [stepKey]: !has(stepKey) }));
  };
  return { has, toggle };
}

export const stepElementId = (stepKey: string) => `step-${stepKey.replace('/', '-')}`;

/** The student is still at this step: its end, where the check stands, can be seen. */
function isInView(stepKey: string): boolean {
  const box = document.getElementById(stepElementId(stepKey))?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.bottom < window.innerHeight * 1.25;
}

function scrollToStep(stepKey: string): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  requestAnimationFrame(() =>
    document
      .getElementById(stepElementId(stepKey))
      ?.scrollIntoView({ behavior: still ? 'auto' : 'smooth', block: 'center' }),
  );
}
