'use client';

import type { ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useTranslations } from 'use-intl';
import classes from './split-view.module.css';

export type Side = 'text' | 'terminal';

type SplitViewProps = {
  text: ReactNode;
  terminal: ReactNode;
  /** Which side a narrow screen shows. */
  side: Side;
  onSide: (side: Side) => void;
};

/** Text and terminal side by side with a divider; on a phone two tabs. Both halves stay alive throughout. */
export function SplitView({ text, terminal, side, onSide }: SplitViewProps) {
  const t = useTranslations('learn');
  return (
    <div className={classes.split} data-side={side}>
      <div className={classes.tabs}>
        {(['text', 'terminal'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={side === name} onClick={() => onSide(name)}>
            {t(`tab_${name}`)}
          </button>
        ))}
      </div>
      <Group className={classes.group} orientation="horizontal" resizeTargetMinimumSize={{ fine: 12, coarse: 28 }}>
        <Panel id="text" className={classes.half} defaultSize="47" minSize="340px">
          <div className={classes.text}>{text}</div>
        </Panel>
        <Separator className={classes.divider} aria-label={t('divider')} />
        <Panel id="terminal" className={classes.half} minSize="320px">
          {terminal}
        </Panel>
      </Group>
    </div>
  );
}
