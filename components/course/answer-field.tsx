'use client';

import { Checkbox, Radio, Textarea, TextInput } from '@mantine/core';
import { type Answer, MAX_FREE_ANSWER, type QuestionView } from '#server/shared/views.ts';
import { MatchField } from './match-field.tsx';
import { OrderField } from './order-field.tsx';
import classes from './question-form.module.css';

type AnswerFieldProps = {
  question: QuestionView;
  /** Names the group of answers. */
  title: string;
  answer: Answer;
  onChange: (answer: Answer) => void;
};

/** What stands in the form before anything is chosen. */
export function firstAnswer(question: QuestionView): Answer {
  switch (question.kind) {
    case 'text':
    case 'free':
      return { kind: 'text', text: '' };
    case 'choice':
    case 'choices':
      return { kind: 'choices', ids: [] };
    case 'order':
      return { kind: 'order', ids: question.lines.map((line) => line.id) };
    case 'match':
      return { kind: 'match', ids: question.lefts.map(() => '') };
  }
}

/** True while something is left to choose or to type. */
export function isEmptyAnswer(answer: Answer): boolean {
  if (answer.kind === 'text') return answer.text.trim() === '';
  return answer.ids.length === 0 || answer.ids.includes('');
}

/** The controls of one kind of question. */
export function AnswerField({ question, title, answer, onChange }: AnswerFieldProps) {
  const text = answer.kind === 'text' ? answer.text : '';
  const ids = answer.kind === 'text' ? [] : answer.ids;
  switch (question.kind) {
    case 'text':
      return (
        <TextInput
          aria-label={title}
          placeholder={question.placeholder}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ kind: 'text', text: event.currentTarget.value })}
        />
      );
    case 'free':
      return (
        <Textarea
          aria-label={title}
          placeholder={question.placeholder}
          value={text}
          maxLength={MAX_FREE_ANSWER}
          autosize
          minRows={4}
          maxRows={14}
          onChange={(event) => onChange({ kind: 'text', text: event.currentTarget.value })}
        />
      );
    case 'choice':
      return (
        <Radio.Group
          aria-label={title}
          value={ids[0] ?? ''}
          onChange={(id) => onChange({ kind: 'choices', ids: [id] })}
        >
          {question.choices.map(({ id, label }) => (
            <Radio key={id} value={id} label={label} className={classes.choice} />
          ))}
        </Radio.Group>
      );
    case 'choices':
      return (
        <Checkbox.Group
          aria-label={title}
          value={ids}
          onChange={(chosen) => onChange({ kind: 'choices', ids: chosen })}
        >
          {question.choices.map(({ id, label }) => (
            <Checkbox key={id} value={id} label={label} className={classes.choice} />
          ))}
        </Checkbox.Group>
      );
    case 'order':
      return (
        <OrderField
          question={question}
          title={title}
          ids={ids}
          onChange={(next) => onChange({ kind: 'order', ids: next })}
        />
      );
    case 'match':
      return (
        <MatchField
          question={question}
          title={title}
          ids={ids}
          onChange={(next) => onChange({ kind: 'match', ids: next })}
        />
      );
  }
}
