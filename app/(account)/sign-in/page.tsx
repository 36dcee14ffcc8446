import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { SignInForm } from '#components/account/sign-in-form.tsx';
import { findViewer } from '#server/accounts/session.ts';
import { translator } from '../../request-language.ts';
import { AccountPage } from '../account-page.tsx';

type SignInPageProps = { searchParams: Promise<{ next?: string | string[] }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('account');
  return { title: t('signIn.pageTitle') };
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const [query, viewer, t] = await Promise.all([searchParams, headers().then(findViewer), translator('account')]);
  const next = ownPath(query.next);
  if (viewer && viewer.role !== 'student') redirect(next);
  return (
    <AccountPage
      title={t('signIn.title')}
      lead={t('signIn.lead')}
      foot={{ href: '/?join', label: t('signIn.student') }}
    >
      <SignInForm next={next} />
    </AccountPage>
  );
}

/** Only a path of ours: nobody is sent to another site after signing in. */
function ownPath(next: string | string[] | undefined): string {
  return typeof next === 'string' && /^\/(teach|admin|learn)(\/[\w/-]*)?$/.test(next) ? next : '/';
}
