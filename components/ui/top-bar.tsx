'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Mark } from './mark.tsx';
import classes from './top-bar.module.css';

export type TopBarProps = {
  /** Where the mark leads. */
  home?: string;
  /** Where I am: a `Crumbs` or anything of its height. */
  crumbs?: ReactNode;
  /** What stands at the right: chips, buttons, who I am. */
  aside?: ReactNode;
};

export function TopBar({ home = '/', crumbs, aside }: TopBarProps) {
  const t = useTranslations('common');
  return (
    <header className={classes.bar}>
      <Link className={classes.mark} href={home} aria-label={t('home')}>
        <Mark />
        <span className={classes.name}>Chapterhouse</span>
      </Link>
      <nav className={classes.crumbs} aria-label={t('where')}>
        {crumbs}
      </nav>
      <div className={classes.aside}>{aside}</div>
    </header>
  );
}

/** Where I am, from wide to narrow; the last part is the page itself. */
export function Crumbs({ parts }: { parts: readonly { label: string; href?: string }[] }) {
  return (
    <ol className={classes.path}>
      {parts.map(({ label, href }, index) => (
        <li key={label} {...(index === parts.length - 1 ? { 'aria-current': 'page' } : {})}>
          {href ? <Link href={href}>{label}</Link> : label}
        </li>
      ))}
    </ol>
  );
}
