'use client';

import { Menu } from '@mantine/core';
import { IconTextSize } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import classes from './terminal-bar.module.css';
import { nextFontSize, type TerminalSettings } from './terminal-settings.ts';
import { Tool } from './tool.tsx';

type SettingsMenuProps = { settings: TerminalSettings; onSettings: (change: Partial<TerminalSettings>) => void };
type Switch = 'screenReader' | 'keyBar' | 'copyByCtrlC' | 'bellSound' | 'programsCopy';

const SWITCHES: readonly Switch[] = ['screenReader', 'keyBar', 'copyByCtrlC', 'bellSound', 'programsCopy'];
const KEYS = [
  'copy',
  'paste',
  'search',
  'larger',
  'smaller',
  'screenReader',
  'readOutput',
  'split',
  'pane',
  'company',
] as const;

/** What this browser prefers in every terminal, and the keys. */
export function SettingsMenu({ settings, onSettings }: SettingsMenuProps) {
  const t = useTranslations('terminal');
  return (
    <Menu position="bottom-end" width={330} closeOnItemClick={false}>
      <Menu.Target>
        <Tool label={t('settings')}>
          <IconTextSize size={17} aria-hidden="true" />
        </Tool>
      </Menu.Target>
      <Menu.Dropdown className={classes.settings}>
        <SizeItems settings={settings} onSettings={onSettings} />
        <Menu.Divider />
        {SWITCHES.map((name) => (
          <Menu.Item
            key={name}
            role="menuitemcheckbox"
            aria-checked={settings[name]}
            leftSection={<span className={classes.check} data-on={settings[name]} aria-hidden="true" />}
            onClick={() => onSettings({ [name]: !settings[name] })}
          >
            {t(`set_${name}`)}
            {name === 'programsCopy' ? <span className={classes.risk}>{t('programsCopyRisk')}</span> : null}
          </Menu.Item>
        ))}
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={settings.pasteLines === 'ask'}
          leftSection={<span className={classes.check} data-on={settings.pasteLines === 'ask'} aria-hidden="true" />}
          onClick={() => onSettings({ pasteLines: settings.pasteLines === 'ask' ? 'as_is' : 'ask' })}
        >
          {t('set_pasteLines')}
          {settings.pasteLines === 'one_line' ? <span className={classes.risk}>{t('pastesOneLine')}</span> : null}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('keys')}</Menu.Label>
        <div className={classes.keys}>
          {KEYS.map((name) => (
            <span key={name}>
              <kbd>{t(`keys_${name}`)}</kbd> {t(`keysDo_${name}`)}
            </span>
          ))}
          <span>
            <kbd>Ctrl F6</kbd> {t('leave')}
          </span>
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

function SizeItems({ settings: { fontSize }, onSettings }: SettingsMenuProps) {
  const t = useTranslations('terminal');
  return (
    <>
      <Menu.Label>{t('fontSize', { size: fontSize })}</Menu.Label>
      {(['smaller', 'larger'] as const).map((way) => (
        <Menu.Item
          key={way}
          disabled={nextFontSize(fontSize, way) === fontSize}
          onClick={() => onSettings({ fontSize: nextFontSize(fontSize, way) })}
        >
          {t(way)}
        </Menu.Item>
      ))}
    </>
  );
}
