'use client';

import { useMediaQuery } from '@mantine/hooks';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels';
import { useTranslations } from 'use-intl';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';
import classes from './shell-panes.module.css';

const FIRST = 'first';
const SMALLEST_PERCENT = 10;

type ShellPanesProps = {
  layout: TerminalLayout;
  /** `done`: the divider has been let go. */
  onPercent: (percent: number, done: boolean) => void;
  /** Draws one shell in its place. */
  children: (shell: string, place: CSSProperties) => ReactNode;
};

/**
 * One shell, or two with a divider between them. A shell keeps its screen while it moves, so it lies over the divided
 * area instead of inside it.
 */
export function ShellPanes({ layout, onPercent, children }: ShellPanesProps) {
  const isNarrow = useMediaQuery('(max-width: 760px)') ?? false;
  const way = isNarrow ? 'column' : layout.way;
  const isSplit = layout.panes.length > 1;
  return (
    <div className={classes.panes} data-split={isSplit ? way : undefined}>
      {isSplit ? <Divider key={way} way={way} percent={layout.percent} onPercent={onPercent} /> : null}
      {layout.shells.map(({ shell }) => children(shell, placeOf(layout, shell, way)))}
    </div>
  );
}

type DividerProps = Pick<TerminalLayout, 'way' | 'percent'> & Pick<ShellPanesProps, 'onPercent'>;

/** Two empty panels: what is between them moves by pointer and keyboard. */
function Divider({ way, percent, onPercent }: DividerProps) {
  const t = useTranslations('terminal');
  // A default that followed the divider would take it out of the hand that moves it.
  const [first] = useState(percent);
  const moved = (sizes: Layout, done: boolean) => {
    const now = Math.round(sizes[FIRST] ?? percent);
    if (done || now !== percent) onPercent(now, done);
  };
  return (
    <Group
      className={classes.group}
      orientation={way === 'row' ? 'horizontal' : 'vertical'}
      resizeTargetMinimumSize={{ fine: 12, coarse: 28 }}
      onLayoutChange={(sizes) => moved(sizes, false)}
      onLayoutChanged={(sizes, { isUserInteraction }) => isUserInteraction && moved(sizes, true)}
    >
      <Panel id={FIRST} defaultSize={`${first}%`} minSize={`${SMALLEST_PERCENT}%`} />
      <Separator className={classes.divider} aria-label={t('paneDivider')} />
      <Panel id="second" minSize={`${SMALLEST_PERCENT}%`} />
    </Group>
  );
}

/** Half the divider's width, in pixels. */
const GAP = 4;

/**
 * A hidden shell keeps the place it would come to. Each side is named: a short form for all four would be undone where
 * one of them changes.
 */
function placeOf({ panes, percent }: TerminalLayout, shell: string, way: TerminalLayout['way']): CSSProperties {
  const whole = { left: 0, top: 0, right: 0, bottom: 0 };
  if (panes.length === 1) return whole;
  return panes[1] === shell
    ? { ...whole, [way === 'row' ? 'left' : 'top']: `calc(${percent}% + ${GAP}px)` }
    : { ...whole, [way === 'row' ? 'right' : 'bottom']: `calc(${100 - percent}% + ${GAP}px)` };
}
