'use client';

import { Menu } from '@mantine/core';
import { IconChevronDown, IconLanguage, IconLink, IconLogout } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { LANGUAGE_NAMES, LANGUAGES } from '#components/messages/load-messages.ts';
import type { ActionResult, ViewerView } from '#server/shared/views.ts';
import { ChipButton } from './chip.tsx';
import { copyText } from './copy-button.tsx';
import { useChooseLanguage } from './language-choice.tsx';
import classes from './viewer-menu.module.css';

type ViewerMenuProps = {
  viewer: ViewerView;
  /** Beside the name, such as the class. */
  detail?: string;
  /** Gives a guest the link that brings them back; without it the menu has no such item. */
  returnLink?: () => Promise<ActionResult<string>>;
  /** More items of the page, as Menu.Item elements. */
  children?: ReactNode;
};

/** Who I am, my way back, language, sign out. */
export function ViewerMenu({ viewer, detail, returnLink, children }: ViewerMenuProps) {
  const t = useTranslations('common');
  const [copied, setCopied] = useState<boolean | null>(null);
  const copyLink = async () => {
    const link = await returnLink?.();
    setCopied(link?.ok ? await copyText(link.value) : false);
  };
  return (
    <Menu position="bottom-end" width={240} onClose={() => setCopied(null)}>
      <Menu.Target>
        <ChipButton>
          <span className="visually-hidden">{t('youAre')}: </span>
          <span className={classes.name}>{viewer.name}</span>
          {detail ? <span className={classes.detail}>· {detail}</span> : null}
          <IconChevronDown size={14} aria-hidden="true" />
        </ChipButton>
      </Menu.Target>
      <Menu.Dropdown>
        {children}
        {returnLink ? (
          <Menu.Item leftSection={<IconLink size={16} />} closeMenuOnClick={false} onClick={() => void copyLink()}>
            {copied === null ? t('copyReturnLink') : t(copied ? 'returnLinkCopied' : 'copyFailed')}
          </Menu.Item>
        ) : null}
        <LanguageItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageItems() {
  const current = useLocale();
  const choose = useChooseLanguage();
  return LANGUAGES.filter((language) => language !== current).map((language) => (
    <Menu.Item
      key={language}
      lang={language}
      leftSection={<IconLanguage size={16} />}
      onClick={() => void choose(language)}
    >
      {LANGUAGE_NAMES[language]}
    </Menu.Item>
  ));
}

async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  window.location.assign('/');
}
