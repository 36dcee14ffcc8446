'use client';

import { IconBell, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { MAX_SHELL_NAME, type TerminalLayout } from '#server/shared/terminal-layout.ts';
import { addShell, mayAddShell, renameShell, selectShell } from './shell-layout.ts';
import classes from './terminal-bar.module.css';
import { Tool } from './tool.tsx';
import { useShellName } from './use-shell-name.ts';
import type { LayoutChange } from './use-terminal-layout.ts';

type TabListProps = {
  layout: TerminalLayout;
  onLayout: LayoutChange;
  /** What the programs in them call their windows. */
  titles: Readonly<Record<string, string>>;
  /** Those whose bell rang while they were hidden. */
  rung: ReadonlySet<string>;
  onSeen: (shell: string) => void;
  /** The shell that is being named. */
  naming: string | null;
  onNaming: (shell: string | null) => void;
};

export function TabList({ layout, onLayout, titles, rung, onSeen, naming, onNaming }: TabListProps) {
  const t = useTranslations('terminal');
  const nameOf = useShellName(layout);
  return (
    <ul className={classes.tabs} aria-label={t('shells')}>
      {layout.shells.map(({ shell }) => (
        <li key={shell}>
          {naming === shell ? (
            <NameField
              first={nameOf(shell)}
              onEnd={(name) => {
                if (name !== null) onLayout((now) => renameShell(now, shell, name));
                onNaming(null);
              }}
            />
          ) : (
            <button
              type="button"
              className={classes.tab}
              aria-pressed={shell === layout.active}
              data-shown={layout.panes.includes(shell)}
              title={titles[shell] || undefined}
              onClick={() => {
                onSeen(shell);
                onLayout((now) => selectShell(now, shell));
              }}
              onDoubleClick={() => onNaming(shell)}
              onKeyDown={(event) => {
                if (event.key === 'F2') onNaming(shell);
              }}
            >
              {nameOf(shell)}
              {rung.has(shell) ? <IconBell size={13} role="img" aria-label={t('bellRang')} /> : null}
            </button>
          )}
        </li>
      ))}
      {mayAddShell(layout) ? (
        <li>
          <Tool label={t('addShell')} onClick={() => onLayout(addShell)}>
            <IconPlus size={16} aria-hidden="true" />
          </Tool>
        </li>
      ) : null}
    </ul>
  );
}

/** In the tab's place while it is named. Null: left as it was. */
function NameField({ first, onEnd }: { first: string; onEnd: (name: string | null) => void }) {
  const t = useTranslations('terminal');
  const [name, setName] = useState(first);
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the field opens because its key or item was pressed
      autoFocus
      className={classes.naming}
      aria-label={t('shellName')}
      value={name}
      maxLength={MAX_SHELL_NAME}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => onEnd(name === first ? null : name)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onEnd(name === first ? null : name);
        if (event.key === 'Escape') onEnd(null);
      }}
    />
  );
}
