'use client';

import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { QuestionView } from '#server/shared/views.ts';
import classes from './order-field.module.css';

type OrderFieldProps = {
  question: Extract<QuestionView, { kind: 'order' }>;
  /** Names the list. */
  title: string;
  ids: readonly string[];
  onChange: (ids: string[]) => void;
};

type Moved = { id: string; by: -1 | 1 };

/** Lines that are put in order with two buttons each. The focus goes along with the line, and its new place is said. */
export function OrderField({ question, title, ids, onChange }: OrderFieldProps) {
  const t = useTranslations('learn');
  const list = useRef<HTMLOListElement>(null);
  const [moved, setMoved] = useState<Moved | null>(null);
  const labelOf = (id: string) => question.lines.find((line) => line.id === id)?.label ?? '';
  const move = (id: string, by: Moved['by']) => {
    const from = ids.indexOf(id);
    const others = ids.filter((other) => other !== id);
    onChange(others.toSpliced(from + by, 0, id));
    setMoved({ id, by });
  };
  // A line that came to an end of the list has only the other of its buttons left.
  useEffect(() => {
    if (!moved) return;
    const row = list.current?.querySelector(`[data-line="${moved.id}"]`);
    const wanted = row?.querySelector<HTMLButtonElement>(`[data-by="${moved.by}"]:not(:disabled)`);
    (wanted ?? row?.querySelector<HTMLButtonElement>('button:not(:disabled)'))?.focus();
  }, [moved]);
  return (
    <>
      <ol ref={list} className={classes.lines} aria-label={title}>
        {ids.map((id, index) => (
          <li key={id} className={classes.line} data-line={id}>
            <span className={classes.place} aria-hidden="true">
              {index + 1}
            </span>
            <span className={classes.label}>{labelOf(id)}</span>
            <MoveButton by={-1} disabled={index === 0} label={labelOf(id)} onMove={() => move(id, -1)} />
            <MoveButton by={1} disabled={index === ids.length - 1} label={labelOf(id)} onMove={() => move(id, 1)} />
          </li>
        ))}
      </ol>
      <p className="visually-hidden" aria-live="polite">
        {moved ? t('orderMoved', { line: labelOf(moved.id), place: ids.indexOf(moved.id) + 1, total: ids.length }) : ''}
      </p>
    </>
  );
}

type MoveButtonProps = { by: Moved['by']; disabled: boolean; label: string; onMove: () => void };

function MoveButton({ by, disabled, label, onMove }: MoveButtonProps) {
  const t = useTranslations('learn');
  const Arrow = by < 0 ? IconArrowUp : IconArrowDown;
  return (
    <ActionIcon
      variant="default"
      size={32}
      disabled={disabled}
      data-by={by}
      aria-label={t(by < 0 ? 'orderUp' : 'orderDown', { line: label })}
      onClick={onMove}
    >
      <Arrow size={17} stroke={1.8} aria-hidden="true" />
    </ActionIcon>
  );
}
