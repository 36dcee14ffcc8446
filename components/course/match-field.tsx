'use client';

import { NativeSelect } from '@mantine/core';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { QuestionView } from '#server/shared/views.ts';
import classes from './match-field.module.css';

type MatchFieldProps = {
  question: Extract<QuestionView, { kind: 'match' }>;
  /** Names the group. */
  title: string;
  /** The option chosen for each left side; empty where none is. */
  ids: readonly string[];
  onChange: (ids: string[]) => void;
};

/** For each left side, a list to choose the right one from. */
export function MatchField({ question, title, ids, onChange }: MatchFieldProps) {
  const t = useTranslations('learn');
  const id = useId();
  const [leftHead, rightHead] = question.heads;
  const options = [
    { value: '', label: t('matchChoose') },
    ...question.options.map((option) => ({ value: option.id, label: option.label })),
  ];
  return (
    <fieldset className={classes.pairs}>
      <legend className="visually-hidden">{title}</legend>
      <p className={classes.heads} aria-hidden="true">
        <span>{leftHead}</span>
        <span>{rightHead}</span>
      </p>
      {question.lefts.map((left, index) => (
        <div key={left} className={classes.pair}>
          <label htmlFor={`${id}-${index}`}>{left}</label>
          <NativeSelect
            id={`${id}-${index}`}
            data={options}
            value={ids[index] ?? ''}
            onChange={(event) => onChange(ids.with(index, event.currentTarget.value))}
          />
        </div>
      ))}
    </fieldset>
  );
}
