'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { z } from 'zod';
import classes from './content-reload.module.css';

const problem = z.object({ at: z.string(), what: z.string(), remedy: z.string().nullable() });
const state = z.object({ version: z.string(), problems: z.array(problem) });
type Problem = z.infer<typeof problem>;

/** For who writes the course: draws the page anew when a file was saved, the terminal staying as it is, and tells mistakes. */
export function ContentReload({ enrollmentId }: { enrollmentId: string }) {
  const router = useRouter();
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    const source = new EventSource(`/api/course-changes?enrollment=${encodeURIComponent(enrollmentId)}`);
    let shown: string | null = null;
    source.onmessage = ({ data }) => {
      const now = state.safeParse(JSON.parse(data));
      if (!now.success) return;
      setProblems(now.data.problems);
      if (shown !== null && shown !== now.data.version) router.refresh();
      shown = now.data.version;
    };
    return () => source.close();
  }, [enrollmentId, router]);
  return problems.length > 0 ? <Mistakes problems={problems} /> : null;
}

function Mistakes({ problems }: { problems: readonly Problem[] }) {
  const t = useTranslations('learn');
  return (
    <aside className={classes.mistakes} role="status">
      <p>{t('authorMistakes', { count: problems.length })}</p>
      <ul lang="en">
        {problems.map(({ at, what, remedy }) => (
          <li key={`${at} ${what}`}>
            <code>{at}</code> {what}
            {remedy === null ? null : <small>{remedy}</small>}
          </li>
        ))}
      </ul>
    </aside>
  );
}
