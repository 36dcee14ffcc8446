'use client';

import { Menu } from '@mantine/core';
import { IconClipboard, IconCopy, IconPlus, IconSearch, IconTextSize } from '@tabler/icons-react';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { EndingWarning } from '#server/shared/protocol.ts';
import { LocalTime } from '../ui/local-time.tsx';
import classes from './terminal-bar.module.css';
import { FONT_SIZES, type TerminalSettings } from './terminal-settings.ts';
import type { ShellTabs } from './use-shell-tabs.ts';

type TerminalBarProps = {
  tabs: ShellTabs;
  /** What could not be said in the terminal itself. */
  warning: EndingWarning | null | undefined;
  settings: TerminalSettings;
  onSettings: (change: Partial<TerminalSettings>) => void;
  onSearch: () => void;
  onCopy: () => void;
  onPaste: () => void;
  /** Further tools. */
  extra: ReactNode;
};

export function TerminalBar({
  tabs,
  warning,
  settings,
  onSettings,
  onSearch,
  onCopy,
  onPaste,
  extra,
}: TerminalBarProps) {
  const t = useTranslations('terminal');
  return (
    <div className={classes.bar}>
      <ul className={classes.tabs} aria-label={t('shells')}>
        {tabs.shells.map((shell) => (
          <li key={shell}>
            <button
              type="button"
              className={classes.tab}
              aria-pressed={shell === tabs.active}
              onClick={() => tabs.select(shell)}
            >
              {t('shell', { number: shell.replace('shell-', '') })}
            </button>
          </li>
        ))}
        {tabs.add ? (
          <li>
            <Tool label={t('addShell')} onClick={tabs.add}>
              <IconPlus size={16} aria-hidden="true" />
            </Tool>
          </li>
        ) : null}
      </ul>
      {warning ? (
        <span className={classes.warning}>
          {t(`bar_${warning.reason}`)} <LocalTime iso={warning.endsAt} />
        </span>
      ) : null}
      <div className={classes.tools}>
        {extra}
        <Tool label={t('search')} onClick={onSearch}>
          <IconSearch size={16} aria-hidden="true" />
        </Tool>
        <Tool label={t('copy')} onClick={onCopy}>
          <IconCopy size={16} aria-hidden="true" />
        </Tool>
        <Tool label={t('paste')} onClick={onPaste}>
          <IconClipboard size={16} aria-hidden="true" />
        </Tool>
        <SettingsMenu settings={settings} onSettings={onSettings} />
      </div>
    </div>
  );
}

export function Tool({ label, ...rest }: ComponentPropsWithRef<'button'> & { label: string }) {
  return <button type="button" {...rest} className={classes.tool} aria-label={label} title={label} />;
}

function SettingsMenu({ settings, onSettings }: Pick<TerminalBarProps, 'settings' | 'onSettings'>) {
  const t = useTranslations('terminal');
  const at = FONT_SIZES.indexOf(settings.fontSize);
  const smaller = FONT_SIZES[at - 1];
  const larger = FONT_SIZES[at + 1];
  return (
    <Menu position="bottom-end" width={280} closeOnItemClick={false}>
      <Menu.Target>
        <Tool label={t('settings')}>
          <IconTextSize size={17} aria-hidden="true" />
        </Tool>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('fontSize', { size: settings.fontSize })}</Menu.Label>
        <Menu.Item disabled={smaller === undefined} onClick={() => smaller && onSettings({ fontSize: smaller })}>
          {t('smaller')}
        </Menu.Item>
        <Menu.Item disabled={larger === undefined} onClick={() => larger && onSettings({ fontSize: larger })}>
          {t('larger')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={settings.screenReader}
          onClick={() => onSettings({ screenReader: !settings.screenReader })}
        >
          {t(settings.screenReader ? 'screenReaderOff' : 'screenReaderOn')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('keys')}</Menu.Label>
        <div className={classes.keys}>
          <kbd>Ctrl Shift C</kbd> {t('copy')}
          <kbd>Ctrl Shift V</kbd> {t('paste')}
          <kbd>Ctrl Shift F</kbd> {t('search')}
          <kbd>Ctrl F6</kbd> {t('leave')}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}
