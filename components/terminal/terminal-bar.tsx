'use client';

import { IconClipboard, IconCopy, IconSearch } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { EndingWarning } from '#server/shared/protocol.ts';
import { LocalTime } from '../ui/local-time.tsx';
import { SettingsMenu } from './settings-menu.tsx';
import { ShellMenu } from './shell-menu.tsx';
import classes from './terminal-bar.module.css';
import { Tool } from './tool.tsx';

type TerminalBarProps = {
  /** The shells' tabs, or the name of the only one. */
  tabs: ReactNode;
  /** What could not be said in the terminal itself. */
  warning: EndingWarning | null | undefined;
  shellMenu: ComponentProps<typeof ShellMenu>;
  settingsMenu: ComponentProps<typeof SettingsMenu>;
  onSearch: () => void;
  onCopy: () => void;
  onPaste: () => void;
  /** Further tools. */
  extra: ReactNode;
};

export function TerminalBar({ tabs, warning, shellMenu, settingsMenu, extra, ...actions }: TerminalBarProps) {
  const t = useTranslations('terminal');
  return (
    <div className={classes.bar}>
      {tabs}
      {warning ? (
        <span className={classes.warning}>
          {t(`bar_${warning.reason}`)} <LocalTime iso={warning.endsAt} />
        </span>
      ) : null}
      <div className={classes.tools}>
        {extra}
        <Tool label={t('search')} onClick={actions.onSearch}>
          <IconSearch size={16} aria-hidden="true" />
        </Tool>
        <Tool label={t('copy')} onClick={actions.onCopy}>
          <IconCopy size={16} aria-hidden="true" />
        </Tool>
        <Tool label={t('paste')} onClick={actions.onPaste}>
          <IconClipboard size={16} aria-hidden="true" />
        </Tool>
        <ShellMenu {...shellMenu} />
        <SettingsMenu {...settingsMenu} />
      </div>
    </div>
  );
}
