import { useTranslations } from 'use-intl';
import type { CourseCredits } from '#server/shared/views.ts';
import classes from './chapter-credits.module.css';

/** Where a licence can be read, by the name that a course gives it. Others are named only. */
const LICENCES: Record<string, string> = {
  'CC-BY-SA-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
};

/** Who wrote the text, after whose work, and under which licences: a licence that asks for names wants them on the page. */
export function ChapterCredits({ credits }: { credits: CourseCredits }) {
  const t = useTranslations('learn');
  const { authors, licence, source, sourceLicence } = credits;
  return (
    <footer className={classes.credits}>
      <p>{t.rich('creditsOwn', { authors, licence: () => <Licence name={licence} /> })}</p>
      {source ? (
        <p>
          {sourceLicence
            ? t.rich('creditsAfterUnder', { source, licence: () => <Licence name={sourceLicence} /> })
            : t('creditsAfter', { source })}
        </p>
      ) : null}
    </footer>
  );
}

function Licence({ name }: { name: string }) {
  const href = LICENCES[name];
  if (!href) return name;
  return (
    <a href={href} rel="license">
      {name}
    </a>
  );
}
