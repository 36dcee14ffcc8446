'use client';

import { useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { EndingBanner } from '#components/course/ending-banner.tsx';
import { useLive } from '#components/live/use-live.ts';
import { TerminalPanel } from '#components/terminal/terminal-panel.tsx';
import { Button } from '#components/ui/button.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { LocalTime } from '#components/ui/local-time.tsx';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { ActionResult } from '#server/shared/views.ts';
import classes from './copy-screen.module.css';

type CopyAction = () => Promise<ActionResult<SandboxView>>;

type CopyScreenProps = {
  /** The copy's own seat, see server/shared/copy-seat.ts. */
  seatId: string;
  student: string;
  sandbox: SandboxView;
  actions: { open: CopyAction; close: CopyAction; extend: CopyAction; stay: CopyAction };
};

/** A teacher's copy of a student's sandbox: what it is, how to renew or end it, and its terminal. */
export function CopyScreen({ seatId, student, sandbox: first, actions }: CopyScreenProps) {
  const t = useTranslations('teach.copy');
  const heading = useRef<HTMLHeadingElement>(null);
  const { sandbox, ports, busy, refused, connected, act } = useCopy(seatId, first);
  const isOpen = sandbox.phase !== 'gone';
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1 ref={heading} tabIndex={-1}>
            {t('title', { student })}
          </h1>
          <p>
            {isOpen
              ? t.rich('lead', { student, time: () => <LocalTime iso={sandbox.since} /> })
              : t('none', { student })}
          </p>
          {isOpen ? <p>{t('caution')}</p> : null}
        </div>
        {isOpen ? (
          <div className={classes.actions}>
            <Button busy={busy} onClick={() => void act(actions.open)}>
              {t('again')}
            </Button>
            <Button variant="danger" disabled={busy} onClick={() => void act(actions.close)}>
              {t('close')}
            </Button>
          </div>
        ) : null}
      </header>
      {connected ? null : (
        <p className={classes.offline} role="status">
          {t('offline')}
        </p>
      )}
      {refused && !(sandbox.warning && refused === 'lifetime_ceiling') ? <ErrorNotice code={refused} /> : null}
      <div className={classes.terminal}>
        <EndingBanner
          warning={sandbox.warning}
          busy={busy}
          refused={refused}
          onKeep={(how) => void act(actions[how])}
        />
        <TerminalPanel
          enrollmentId={seatId}
          sandbox={sandbox}
          ports={ports}
          busy={busy}
          newSandbox={t('open')}
          onNewSandbox={() => void act(actions.open)}
          onLeave={() => heading.current?.focus()}
        />
      </div>
    </div>
  );
}

/** What the page knows of its copy: loaded with it, kept true by the live door and by its own actions. */
function useCopy(seatId: string, first: SandboxView) {
  const [sandbox, setSandbox] = useState(first);
  const [ports, setPorts] = useState<readonly number[]>([]);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorCode | null>(null);
  const watch = useMemo(() => ({ type: 'watch_enrollment' as const, enrollmentId: seatId }), [seatId]);
  const { connected } = useLive(watch, (event) => {
    if (event.type === 'sandbox') setSandbox(event.sandbox);
    if (event.type === 'ports') setPorts(event.ports);
  });
  const act = async (action: CopyAction) => {
    setBusy(true);
    const reply = await action().catch(() => ({ ok: false as const, code: 'shutting_down' as const }));
    setBusy(false);
    setRefused(reply.ok ? null : reply.code);
    if (reply.ok) setSandbox(reply.value);
  };
  return { sandbox, ports, busy, refused, connected, act };
}
