'use client';

import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLive } from '#components/live/use-live.ts';
import { PortList } from '#components/terminal/port-menu.tsx';
import classes from './evidence-panel.module.css';

/** What the student's sandbox serves, to be looked at as the student sees it. Each look is in the audit log. */
export function StudentPorts({ enrollmentId }: { enrollmentId: string }) {
  const t = useTranslations('teach.ports');
  const [ports, setPorts] = useState<readonly number[]>([]);
  const watch = useMemo(() => ({ type: 'watch_enrollment' as const, enrollmentId }), [enrollmentId]);
  useLive(watch, (event) => {
    if (event.type === 'ports') setPorts(event.ports);
  });
  return (
    <section className={classes.copy} aria-labelledby="ports-title">
      <h4 id="ports-title">{t('heading')}</h4>
      <p>{t('offer')}</p>
      <PortList seatId={enrollmentId} ports={ports} />
    </section>
  );
}
