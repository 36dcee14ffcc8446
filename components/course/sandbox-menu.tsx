'use client';

import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useNow, useTranslations } from 'use-intl';
import type { SandboxView } from '#server/shared/protocol.ts';
import { ChipButton } from '../ui/chip.tsx';
import type { StatusTone } from '../ui/status-dot.tsx';
import type { SnapshotActions } from './learn-props.ts';
import { minutesLeft } from './progress-rules.ts';
import { ReplaceDialog } from './replace-dialog.tsx';
import classes from './sandbox-menu.module.css';
import { SavedStates } from './saved-states.tsx';

type SandboxMenuProps = {
  sandbox: SandboxView;
  busy: boolean;
  onChange: (how: 'start' | 'reset' | 'extend') => void;
  snapshots: SnapshotActions;
};

/** Below this, the time left is a warning. */
const SOON_MINUTES = 10;

/** What my sandbox is doing and for how long; a new one, or more time. */
export function SandboxMenu({ sandbox, busy, onChange, snapshots }: SandboxMenuProps) {
  const t = useTranslations('learn');
  const [asking, setAsking] = useState(false);
  const [saved, setSaved] = useState(false);
  const now = useNow({ updateInterval: 20_000 });
  const left = minutesLeft(sandbox.expiresAt, now);
  const ready = sandbox.phase === 'ready';
  const gone = sandbox.phase === 'gone';
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <ChipButton tone={toneOf(sandbox, left)}>
            <span className="visually-hidden">{t('sandboxMenu')}: </span>
            <span className={classes.words}>{stateWords(sandbox, t)}</span>
            {ready && left !== null ? <TimeLeft minutes={left} /> : null}
          </ChipButton>
        </Menu.Target>
        <Menu.Dropdown>
          {ready && left !== null ? <Menu.Label>{t('endsIn', timeParts(left))}</Menu.Label> : null}
          <Menu.Item disabled={!ready || busy} onClick={() => onChange('extend')}>
            {t('extend')}
          </Menu.Item>
          {sandbox.capabilities.includes('snapshot') || gone ? (
            <Menu.Item onClick={() => setSaved(true)}>{t('savedMenu')}</Menu.Item>
          ) : null}
          <Menu.Item disabled={busy} onClick={() => (gone ? onChange('start') : setAsking(true))}>
            {t(gone ? 'startSandbox' : 'resetSandbox')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <SavedStates opened={saved} isReady={ready} actions={snapshots} onClose={() => setSaved(false)} />
      <ReplaceDialog
        opened={asking}
        title={t('resetTitle')}
        text={t('resetText')}
        confirm={t('resetDo')}
        onClose={() => setAsking(false)}
        onConfirm={() => onChange('reset')}
      />
    </>
  );
}

function stateWords({ phase, imagePercent }: SandboxView, t: ReturnType<typeof useTranslations>): string {
  if (imagePercent === null || phase === 'ready' || phase === 'gone') return t(`sandbox_${phase}`);
  return t('sandboxImage', { percent: Math.floor(imagePercent) });
}

function TimeLeft({ minutes }: { minutes: number }) {
  const t = useTranslations('learn');
  return (
    <span className={classes.time}>
      <span className={classes.dot}>· </span>
      {t('timeLeft', timeParts(minutes))}
    </span>
  );
}

const timeParts = (minutes: number) => ({ hours: Math.floor(minutes / 60), minutes: minutes % 60 });

function toneOf({ phase, error }: SandboxView, left: number | null): StatusTone {
  if (phase === 'ready') return left !== null && left < SOON_MINUTES ? 'warn' : 'ok';
  if (phase === 'gone') return error ? 'bad' : 'idle';
  return 'busy';
}
