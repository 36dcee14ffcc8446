'use client';

import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import classes from './key-bar.module.css';
import type { BarKey, Modifiers } from './key-sequences.ts';

type KeyBarProps = {
  /** Shown with a mouse too; with a finger it is always there. */
  always: boolean;
  held: Modifiers;
  onHold: (change: Partial<Modifiers>) => void;
  onKey: (key: BarKey) => void;
};

const ARROWS: [BarKey, ReactNode][] = [
  ['left', <IconArrowLeft key="left" size={16} aria-hidden="true" />],
  ['up', <IconArrowUp key="up" size={16} aria-hidden="true" />],
  ['down', <IconArrowDown key="down" size={16} aria-hidden="true" />],
  ['right', <IconArrowRight key="right" size={16} aria-hidden="true" />],
];
const SIGNS: BarKey[] = ['|', '/', '~', '-'];

/** The keys that a touch keyboard lacks. Pressing one leaves the focus, and with it the keyboard, where it is. */
export function KeyBar({ always, held, onHold, onKey }: KeyBarProps) {
  const t = useTranslations('terminal');
  const key = (name: BarKey, content: ReactNode, label?: string) => (
    <button key={name} type="button" aria-label={label} onClick={() => onKey(name)}>
      {content}
    </button>
  );
  const modifier = (name: keyof Modifiers, content: string) => (
    <button type="button" aria-pressed={held[name]} onClick={() => onHold({ [name]: !held[name] })}>
      {content}
    </button>
  );
  return (
    <div
      className={classes.bar}
      role="toolbar"
      aria-label={t('keyBar')}
      data-always={always}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      {key('escape', t('key_escape'))}
      {key('tab', t('key_tab'))}
      {modifier('ctrl', t('key_ctrl'))}
      {modifier('alt', t('key_alt'))}
      {key('interrupt', t('key_interrupt'))}
      {ARROWS.map(([name, icon]) => key(name, icon, t(`key_${name}`)))}
      {SIGNS.map((sign) => key(sign, sign))}
    </div>
  );
}
