'use client';

import { useEffect, useId, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { plainCode } from '#components/classroom/join-code.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import classes from './joined-panel.module.css';

type JoinedPanelProps = { name: string; returnLink: string; code: string };

/** Shown once, right after joining: the private link back, and the way on. */
export function JoinedPanel({ name, returnLink, code }: JoinedPanelProps) {
  const t = useTranslations('account.joined');
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={classes.panel} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} ref={heading} tabIndex={-1}>
        <Tick /> {t('title', { name })}
      </h2>
      <p>{t('lead')}</p>
      <label htmlFor={id}>{t('linkLabel')}</label>
      <div className={classes.link}>
        <input id={id} readOnly value={returnLink} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={returnLink} label={t('copy')} variant="default" size="md" />
      </div>
      <p className={classes.small}>{t('sameBrowser')}</p>
      {/* The class's own address leads who is in it straight to their chapter; not prefetched, as it redirects. */}
      <a className={classes.go} href={`/join/${plainCode(code)}`}>
        {t('go')}
      </a>
    </section>
  );
}

function Tick() {
  return (
    <svg className={classes.tick} viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
      <circle cx="13" cy="13" r="13" fill="var(--pass)" />
      <path d="M8 13.4l3.4 3.4L18.4 10" fill="none" stroke="var(--paper)" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
