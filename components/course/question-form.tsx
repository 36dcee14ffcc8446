'use client';

import { Checkbox, Radio, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { ActionResult, Answer, QuestionView } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { CheckIcon } from './check-icon.tsx';
import type { AnswerReply } from './learn-props.ts';
import classes from './question-form.module.css';

type QuestionFormProps = {
  question: QuestionView;
  /** Names the group of answers. */
  title: string;
  progress: StepProgressView | null;
  /** Known when it was answered before. */
  explanation: string | null;
  onAnswer: (answer: Answer) => Promise<ActionResult<AnswerReply>>;
};

type Said = { kind: 'wrong' } | { kind: 'refused'; code: ErrorCode };

export function QuestionForm({ question, title, progress, explanation, onAnswer }: QuestionFormProps) {
  const t = useTranslations('learn');
  const errors = useTranslations('errors');
  const [ids, setIds] = useState<string[]>([]);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const done = progress?.passedAt != null;
  const empty = question.kind === 'text' ? text.trim() === '' : ids.length === 0;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (empty) return;
    setBusy(true);
    const reply = await onAnswer(question.kind === 'text' ? { kind: 'text', text } : { kind: 'choices', ids });
    setBusy(false);
    if (!reply.ok) setSaid({ kind: 'refused', code: reply.code });
    else setSaid(reply.value.step.passedAt ? null : { kind: 'wrong' });
  };

  if (done) return <Answered explanation={explanation} />;
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      {question.kind === 'text' ? (
        <TextInput
          aria-label={title}
          placeholder={question.placeholder}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      ) : (
        <Choices question={question} title={title} ids={ids} onChange={setIds} />
      )}
      <div className={classes.under}>
        <Button type="submit" busy={busy} disabled={empty}>
          {t('answer')}
        </Button>
        <p role="status" data-tone={said?.kind}>
          {said?.kind === 'wrong' ? t('answerWrong') : null}
          {said?.kind === 'refused' ? errors(said.code) : null}
        </p>
      </div>
    </form>
  );
}

type ChoicesProps = {
  question: Exclude<QuestionView, { kind: 'text' }>;
  title: string;
  ids: string[];
  onChange: (ids: string[]) => void;
};

function Choices({ question, title, ids, onChange }: ChoicesProps) {
  if (question.kind === 'choice')
    return (
      <Radio.Group aria-label={title} value={ids[0] ?? ''} onChange={(id) => onChange([id])}>
        {question.choices.map(({ id, label }) => (
          <Radio key={id} value={id} label={label} className={classes.choice} />
        ))}
      </Radio.Group>
    );
  return (
    <Checkbox.Group aria-label={title} value={ids} onChange={onChange}>
      {question.choices.map(({ id, label }) => (
        <Checkbox key={id} value={id} label={label} className={classes.choice} />
      ))}
    </Checkbox.Group>
  );
}

function Answered({ explanation }: { explanation: string | null }) {
  const t = useTranslations('learn');
  return (
    <div className={classes.answered} role="status">
      <CheckIcon tone="done" />
      <div>
        <p className={classes.right}>{t('answerRight')}</p>
        {explanation ? <p className={classes.explanation}>{explanation}</p> : null}
      </div>
    </div>
  );
}
