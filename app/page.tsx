import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import pageClasses from '#components/account/account-page.module.css';
import { JoinForm } from '#components/account/join-form.tsx';
import { Preview } from '#components/account/preview.tsx';
import { StartNotice } from '#components/account/start-notice.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { ViewerMenu } from '#components/ui/viewer-menu.tsx';
import { findViewer } from '#server/accounts/session.ts';
import { isErrorCode } from '#server/shared/error-codes.ts';
import { landingPath } from './(account)/landing-path.ts';
import { requestLanguage, translator } from './request-language.ts';

type HomeProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('account');
  return { title: t('home.pageTitle') };
}

/** Join a class. Who is signed in is led on by role; `?join` and a notice keep the form in view. */
export default async function HomePage({ searchParams }: HomeProps) {
  const [query, viewer, t, language] = await Promise.all([
    searchParams,
    headers().then(findViewer),
    translator('account'),
    requestLanguage(),
  ]);
  const stays = query.join !== undefined || query.error !== undefined;
  const onward = viewer ? await landingPath(viewer) : null;
  if (onward && !stays) redirect(onward);
  const notice = isErrorCode(query.error) ? query.error : null;
  return (
    <MoreMessages messages={await loadMessages(language, ['account'])}>
      <AppFrame width="full" aside={viewer ? <ViewerMenu viewer={viewer} /> : <SignInLink words={t} />}>
        <div className={pageClasses.home}>
          <div>
            <StartNotice code={notice} onward={onward} name={viewer?.name ?? null} />
            <header className={pageClasses.head}>
              <h1>{t('home.title')}</h1>
              <p>{t('home.lead')}</p>
            </header>
            <JoinForm initialName={viewer?.role === 'student' ? viewer.name : ''} />
          </div>
          <Preview />
        </div>
      </AppFrame>
    </MoreMessages>
  );
}

function SignInLink({ words }: { words: Awaited<ReturnType<typeof translator>> }) {
  return (
    <>
      <span className={pageClasses.teachers}>{words('home.teachers')}</span>
      <ButtonLink href="/sign-in">{words('home.signIn')}</ButtonLink>
    </>
  );
}
