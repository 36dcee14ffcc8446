import type { Metadata } from 'next';
import { SetupForm } from '#components/account/setup-form.tsx';
import { adminLinkState } from '#server/accounts/one-time-links.ts';
import { translator } from '../../../request-language.ts';
import { AccountPage } from '../../account-page.tsx';

type SetupPageProps = { params: Promise<{ token: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('account');
  return { title: t('setup.pageTitle'), referrer: 'no-referrer' };
}

/** The link printed at the first start. It works once. */
export default async function SetupPage({ params }: SetupPageProps) {
  const [{ token: raw }, t] = await Promise.all([params, translator('account')]);
  const token = decodeURIComponent(raw);
  const state = await adminLinkState({ token });
  if (state === 'open') {
    return (
      <AccountPage title={t('setup.title')} lead={t('setup.lead')}>
        <SetupForm token={token} />
      </AccountPage>
    );
  }
  const foot = { href: '/sign-in', label: t('signIn.submit') };
  const title = state === 'used' ? t('setup.usedTitle') : t('setup.unknownTitle');
  const lead = state === 'used' ? t('setup.usedLead') : t('setup.unknownLead');
  return <AccountPage title={title} lead={lead} foot={foot} />;
}
