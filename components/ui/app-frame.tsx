'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import classes from './app-frame.module.css';
import { TopBar, type TopBarProps } from './top-bar.tsx';

type AppFrameProps = TopBarProps & {
  children: ReactNode;
  /** `page` scrolls as a whole; `screen` fills the window and its parts scroll by themselves. */
  fill?: 'page' | 'screen';
  /** Widest the page's content gets. `form` is for one short form, `wide` for tables. */
  width?: 'form' | 'text' | 'wide' | 'full';
};

/** The frame of every page: skip link, top bar, main. */
export function AppFrame({ children, fill = 'page', width = 'wide', ...bar }: AppFrameProps) {
  const t = useTranslations('common');
  return (
    <div className={classes.frame} data-fill={fill}>
      <a className={classes.skip} href="#main">
        {t('skip')}
      </a>
      <TopBar {...bar} />
      <main id="main" className={classes.main} data-width={width} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
