'use client';

import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { SeenWanted } from '#components/ui/seen-wanted.tsx';
import { spanOf } from './age.ts';
import type { NeedGroup } from './grid-need.ts';
import classes from './needs-list.module.css';
import { useAgeWords } from './use-now.tsx';

type NeedsListProps = {
  groups: readonly NeedGroup[];
  titleOf: (stepKey: string) => string;
  labelOf: (enrollmentId: string) => string;
  onOpen: (enrollmentId: string, stepKey: string) => void;
};

/** Sentences with their evidence, worst first. Students' words are drawn as plain text only. */
export function NeedsList({ groups, titleOf, labelOf, onOpen }: NeedsListProps) {
  const t = useTranslations('teach.needs');
  const count = groups.reduce((sum, group) => sum + group.needs.length, 0);
  return (
    <aside className={classes.needs} aria-labelledby="needs-title">
      <h2 id="needs-title">
        {t('title')} {count > 0 ? <small>{t('by')}</small> : null}
      </h2>
      <p className="visually-hidden" role="status">
        {t('count', { count })}
      </p>
      {count === 0 ? (
        <div className={classes.none}>
          <p>{t('none')}</p>
          <p>{t('noneLead')}</p>
        </div>
      ) : (
        <ol>
          {groups.map((group) => (
            <NeedCard
              key={`${group.needs[0].enrollmentId} ${group.stepKey}`}
              {...{ group, labelOf, onOpen }}
              title={titleOf(group.stepKey)}
            />
          ))}
        </ol>
      )}
    </aside>
  );
}

type NeedCardProps = Pick<NeedsListProps, 'labelOf' | 'onOpen'> & { group: NeedGroup; title: string };

function NeedCard({ group, title, labelOf, onOpen }: NeedCardProps) {
  const t = useTranslations('teach.needs');
  const [worst] = group.needs;
  const several = group.needs.length > 1;
  const { message, seen, wanted } = worst.evidence;
  return (
    <li className={classes.need} data-stuck={worst.stuck}>
      <p className={classes.who}>
        <b>{several ? t('students', { count: group.needs.length }) : labelOf(worst.enrollmentId)}</b> · {title}
      </p>
      <p>{several ? t('sameWords') : <NeedWords tries={worst.tries} sinceMs={worst.sinceMs} />}</p>
      {message ? <p className={classes.message}>{message}</p> : null}
      {several ? null : <SeenWanted seen={seen} wanted={wanted} />}
      <div className={classes.actions}>
        {group.needs.map((need) => (
          <Button
            key={need.enrollmentId}
            size="sm"
            aria-label={t('evidenceOf', { name: labelOf(need.enrollmentId) })}
            onClick={() => onOpen(need.enrollmentId, need.stepKey)}
          >
            {several ? labelOf(need.enrollmentId) : t('evidence')}
          </Button>
        ))}
      </div>
    </li>
  );
}

function NeedWords({ tries, sinceMs }: { tries: number; sinceMs: number | null }) {
  const t = useTranslations('teach.needs');
  const age = useAgeWords('teach');
  return sinceMs === null ? t('triesOnly', { tries }) : t('triesAnd', { tries, age: age(spanOf(sinceMs)) });
}
