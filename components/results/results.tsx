'use client';

import { useFormatter, useTranslations } from 'use-intl';
import { LocalTime } from '#components/ui/local-time.tsx';
import type { ChapterResult, ResultFigures, StepResult, StudentResults } from '#server/shared/result-views.ts';
import { Button } from '../ui/button.tsx';
import classes from './results.module.css';

/** What a student has done, to be read on a screen or on paper. */
export function Results({ results, printedOn }: { results: StudentResults; printedOn: string }) {
  const t = useTranslations('results');
  const format = useFormatter();
  const { student, isOwn, courseTitle, chapters } = results;
  return (
    <article className={classes.page}>
      <header className={classes.head}>
        <div>
          <h1>{isOwn ? t('titleMine') : t('titleOf', { name: student.name })}</h1>
          <p>{t('about', { name: student.name, course: courseTitle, class: student.classTitle })}</p>
          <p className={classes.asOf}>
            {t('asOf', {
              date: format.dateTime(new Date(printedOn), { day: 'numeric', month: 'long', year: 'numeric' }),
            })}
          </p>
        </div>
        <span className={classes.print}>
          <Button onClick={() => window.print()}>{t('print')}</Button>
        </span>
      </header>
      <Figures figures={results} />
      {chapters.map((chapter) => (
        <Chapter key={chapter.chapterId} chapter={chapter} />
      ))}
      <p className={classes.note}>{t('note')}</p>
    </article>
  );
}

function Figures({ figures: { passed, total, points, solutions } }: { figures: ResultFigures }) {
  const t = useTranslations('results');
  const format = useFormatter();
  const shown = [
    { label: t('steps'), value: t('of', { done: String(passed), total: String(total) }) },
    { label: t('points'), value: t('of', { done: format.number(points.earned), total: format.number(points.total) }) },
    { label: t('solutions'), value: String(solutions) },
  ];
  return (
    <dl className={classes.figures}>
      {shown.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Chapter({ chapter }: { chapter: ChapterResult }) {
  const t = useTranslations('results');
  const format = useFormatter();
  const { number, title, steps, passed, total, points } = chapter;
  const id = `chapter-${chapter.chapterId}`;
  return (
    <section className={classes.chapter} aria-labelledby={id}>
      <h2 id={id}>{t('chapter', { number, title })}</h2>
      <p>
        {t('chapterFigures', {
          passed,
          total,
          earned: format.number(points.earned),
          points: format.number(points.total),
        })}
      </p>
      <table className={classes.steps} aria-labelledby={id}>
        <thead>
          <tr>
            <th scope="col">{t('step')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col" className={classes.number}>
              {t('points')}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <Step key={step.stepKey} step={step} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Step({ step }: { step: StepResult }) {
  const t = useTranslations('results');
  const format = useFormatter();
  const { title, passedAt, partsDone, partsTotal, solution, earned, points } = step;
  return (
    <tr data-passed={passedAt !== null}>
      <th scope="row">{title}</th>
      <td>
        {passedAt === null ? (
          <span>{partsDone > 0 ? t('parts', { done: partsDone, total: partsTotal }) : t('open')}</span>
        ) : (
          <span>
            <span aria-hidden="true">✓ </span>
            {t('passed')} <LocalTime iso={passedAt} />
          </span>
        )}
        {solution === 'none' ? null : <small>{t('withSolution')}</small>}
      </td>
      <td className={classes.number}>{t('of', { done: format.number(earned), total: format.number(points) })}</td>
    </tr>
  );
}
