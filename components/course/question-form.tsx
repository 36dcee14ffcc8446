'use client';

import { type FormEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { StepProgressView } from '#server/shared/protocol.ts';
import type { ActionResult, Answer, QuestionView } from '#server/shared/views.ts';
import { Button } from '../ui/button.tsx';
import { AnswerField, firstAnswer, isEmptyAnswer } from './answer-field.tsx';
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

/** A question with what is chosen or typed so far; after the right answer, its explanation in the same place. */
export function QuestionForm({ question, title, progress, explanation, onAnswer }: QuestionFormProps) {
  const t = useTranslations('learn');
  const errors = useTranslations('errors');
  const [answer, setAnswer] = useState<Answer>(() => firstAnswer(question));
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const empty = isEmptyAnswer(answer);
  const isFree = question.kind === 'free';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (empty) return;
    setBusy(true);
    const reply = await onAnswer(answer);
    setBusy(false);
    if (!reply.ok) setSaid({ kind: 'refused', code: reply.code });
    else setSaid(reply.value.step.passedAt ? null : { kind: 'wrong' });
  };

  if (progress?.passedAt) {
    return <Answered isFree={isFree} own={isFree ? progress.seen : null} explanation={explanation} />;
  }
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <AnswerField question={question} title={title} answer={answer} onChange={setAnswer} />
      <div className={classes.under}>
        <Button type="submit" busy={busy} disabled={empty}>
          {t(isFree ? 'answerSend' : 'answer')}
        </Button>
        {isFree && !said ? <span className={classes.remark}>{t('answerRead')}</span> : null}
        <p role="status" data-tone={said?.kind}>
          {said?.kind === 'wrong' ? t(wrongWords(question)) : null}
          {said?.kind === 'refused' ? errors(said.code) : null}
        </p>
      </div>
    </form>
  );
}

function wrongWords({ kind }: QuestionView) {
  if (kind === 'order') return 'answerWrongOrder' as const;
  return kind === 'match' ? ('answerWrongMatch' as const) : ('answerWrong' as const);
}

type AnsweredProps = { isFree: boolean; own: string | null; explanation: string | null };

function Answered({ isFree, own, explanation }: AnsweredProps) {
  const t = useTranslations('learn');
  return (
    <div className={classes.answered} role="status">
      <CheckIcon tone="done" />
      <div>
        <p className={classes.right}>{t(isFree ? 'answerSent' : 'answerRight')}</p>
        {own ? <p className={classes.own}>{own}</p> : null}
        {explanation ? <p className={classes.explanation}>{explanation}</p> : null}
      </div>
    </div>
  );
}
