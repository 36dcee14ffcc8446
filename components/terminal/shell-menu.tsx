'use client';

import { Menu } from '@mantine/core';
import {
  IconExternalLink,
  IconLayoutColumns,
  IconLayoutRows,
  IconPencil,
  IconSquare,
  IconTextRecognition,
  IconVolume,
  IconX,
} from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';
import { closeShell, joinPanes, mayAddShell, splitShells } from './shell-layout.ts';
import { Tool } from './tool.tsx';
import type { LayoutChange } from './use-terminal-layout.ts';

type ShellMenuProps = {
  /** Null in a window of its own, which shows one shell and no more. */
  layout: TerminalLayout | null;
  onLayout: LayoutChange;
  onRename: () => void;
  onReadOutput: () => void;
  onShowOutput: () => void;
  /** Where the shell in front has a window of its own. */
  windowHref: string | null;
};

/** What can be done with the shell in front. */
export function ShellMenu(props: ShellMenuProps) {
  const t = useTranslations('terminal');
  const { layout, windowHref } = props;
  return (
    <Menu position="bottom-end" width={290}>
      <Menu.Target>
        <Tool label={t('shellMenu')}>
          <IconLayoutColumns size={16} aria-hidden="true" />
        </Tool>
      </Menu.Target>
      <Menu.Dropdown>
        {layout ? <LayoutItems {...props} layout={layout} /> : null}
        {windowHref ? (
          <Menu.Item
            component="a"
            href={windowHref}
            target="_blank"
            leftSection={<IconExternalLink size={16} aria-hidden="true" />}
            onClick={(event) => {
              // A window of its own where the browser lets one open, else the link's tab.
              if (window.open(windowHref, '_blank', 'popup,width=960,height=640')) event.preventDefault();
            }}
          >
            {t('ownWindow')}
          </Menu.Item>
        ) : null}
        {layout ? <Menu.Divider /> : null}
        <Menu.Item leftSection={<IconVolume size={16} aria-hidden="true" />} onClick={props.onReadOutput}>
          {t('readOutput')}
        </Menu.Item>
        <Menu.Item leftSection={<IconTextRecognition size={16} aria-hidden="true" />} onClick={props.onShowOutput}>
          {t('showOutput')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function LayoutItems({ layout, onLayout, onRename }: ShellMenuProps & { layout: TerminalLayout }) {
  const t = useTranslations('terminal');
  const isSplit = layout.panes.length > 1;
  const maySplit = isSplit || layout.shells.length > 1 || mayAddShell(layout);
  return (
    <>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden="true" />} onClick={onRename}>
        {t('rename')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconLayoutColumns size={16} aria-hidden="true" />}
        disabled={!maySplit || (isSplit && layout.way === 'row')}
        onClick={() => onLayout((now) => splitShells(now, 'row'))}
      >
        {t('splitRow')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconLayoutRows size={16} aria-hidden="true" />}
        disabled={!maySplit || (isSplit && layout.way === 'column')}
        onClick={() => onLayout((now) => splitShells(now, 'column'))}
      >
        {t('splitColumn')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconSquare size={16} aria-hidden="true" />}
        disabled={!isSplit}
        onClick={() => onLayout(joinPanes)}
      >
        {t('joinPanes')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconX size={16} aria-hidden="true" />}
        disabled={layout.shells.length === 1}
        onClick={() => onLayout((now) => closeShell(now, now.active))}
      >
        {t('closeTab')}
      </Menu.Item>
    </>
  );
}
