'use client';

import { useTranslations } from 'use-intl';
import type { CheckPart } from '#server/shared/protocol.ts';
import classes from './part-list.module.css';
import { SeenWanted } from './seen-wanted.tsx';

/** The parts of a step, each with a mark and a word for done or not; an open one with what it lacks. */
export function PartList({ parts }: { parts: readonly CheckPart[] }) {
  const t = useTranslations('common');
  if (parts.length === 0) return null;
  return (
    <ul className={classes.parts}>
      {parts.map(({ name, done, seen, wanted }) => (
        <li key={name} data-done={done}>
          <span className={classes.mark} aria-hidden="true">
            {done ? '✓' : '○'}
          </span>
          <div>
            {name} <span className={classes.state}>{t(done ? 'partDone' : 'partOpen')}</span>
            {done ? null : <SeenWanted seen={seen} wanted={wanted} />}
          </div>
        </li>
      ))}
    </ul>
  );
}
