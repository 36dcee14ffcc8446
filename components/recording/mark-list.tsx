'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CastMark, PlacedMark } from '#server/shared/asciicast.ts';
import classes from './recording.module.css';

type MarkListProps = {
  marks: readonly PlacedMark[];
  wordsOf: (mark: CastMark) => string;
  /** Seconds of the recording as it is played. */
  onGo: (seconds: number) => void;
};

/** Every mark in order, each a way to its moment: the time line for who cannot use it. */
export function MarkList({ marks, wordsOf, onGo }: MarkListProps) {
  const t = useTranslations('recording');
  const [commands, setCommands] = useState(true);
  const shown = marks.filter(({ mark }) => commands || mark.kind !== 'command');
  return (
    <section className={classes.marks} aria-labelledby="marks-title">
      <h2 id="marks-title">{t('marks')}</h2>
      <label className={classes.switch}>
        <input type="checkbox" checked={commands} onChange={(event) => setCommands(event.currentTarget.checked)} />
        {t('showCommands')}
      </label>
      {shown.length === 0 ? <p>{t('noMarks')}</p> : null}
      <ol>
        {shown.map(({ seconds, mark }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two marks may be alike, and the list never changes its order
          <li key={index}>
            <button type="button" data-kind={mark.kind} onClick={() => onGo(seconds)}>
              <span className={classes.at}>{clock(seconds)}</span>
              <span>{wordsOf(mark)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Minutes and seconds, as the player has them. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
