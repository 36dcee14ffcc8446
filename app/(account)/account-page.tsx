import type { ReactNode } from 'react';
import classes from '#components/account/account-page.module.css';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { requestLanguage } from '../request-language.ts';

type AccountPageProps = {
  title: string;
  lead?: string;
  /** A small line under the lead. */
  fact?: string;
  foot?: { href: string; label: string };
  children?: ReactNode;
};

/** One narrow column: what this is, the form, another way out. */
export async function AccountPage({ title, lead, fact, foot, children }: AccountPageProps) {
  const language = await requestLanguage();
  return (
    <MoreMessages messages={await loadMessages(language, ['account'])}>
      <AppFrame width="full">
        <div className={classes.narrow}>
          <header className={classes.head}>
            <h1>{title}</h1>
            {lead ? <p>{lead}</p> : null}
            {fact ? <p className={classes.fact}>{fact}</p> : null}
          </header>
          {children}
          {foot ? (
            <div className={classes.actions}>
              <ButtonLink href={foot.href} variant={children ? 'quiet' : 'primary'}>
                {foot.label}
              </ButtonLink>
            </div>
          ) : null}
        </div>
      </AppFrame>
    </MoreMessages>
  );
}
