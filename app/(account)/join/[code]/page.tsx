import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import classes from '#components/account/account-page.module.css';
import { JoinForm } from '#components/account/join-form.tsx';
import { ErrorNotice } from '#components/ui/error-notice.tsx';
import { addressOf } from '#server/accounts/address.ts';
import { findViewer } from '#server/accounts/session.ts';
import { findMyEnrollment } from '#server/classrooms/find-enrollment.ts';
import { type ClassPreview, previewClass } from '#server/classrooms/preview-class.ts';
import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { ViewerView } from '#server/shared/views.ts';
import { translator } from '../../../request-language.ts';
import { AccountPage } from '../../account-page.tsx';
import { seatPath } from '../../landing-path.ts';

type JoinPageProps = { params: Promise<{ code: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('account');
  return { title: t('home.pageTitle') };
}

/** The link on the board: only the name is asked. Who is in the class already goes straight to the chapter. */
export default async function JoinPage({ params }: JoinPageProps) {
  const [{ code: raw }, head] = await Promise.all([params, headers()]);
  const code = decodeURIComponent(raw).slice(0, 60);
  const [viewer, found] = await Promise.all([findViewer(head), lookUp(code, addressOf(head))]);
  if (!found.ok) return <Refused code={code} why={found.code} />;
  const { preview } = found;
  const path = viewer && (await pathOfMine(viewer, preview));
  if (path) redirect(path);
  return preview.closedAt === null ? <Open preview={preview} viewer={viewer} /> : <Closed preview={preview} />;
}

async function lookUp(
  code: string,
  address: string,
): Promise<{ ok: true; preview: ClassPreview } | { ok: false; code: ErrorCode }> {
  try {
    return { ok: true, preview: await previewClass({ code, address, library: runtime().courses }) };
  } catch (error) {
    const why = errorCode(error);
    if (why === 'internal') throw error;
    return { ok: false, code: why };
  }
}

async function pathOfMine(viewer: ViewerView, preview: ClassPreview): Promise<string | null> {
  const { courseId, classroomId } = preview;
  const mine = await findMyEnrollment({ actor: viewer, courseId, classroomId });
  return mine && seatPath(mine);
}

async function Open({ preview, viewer }: { preview: ClassPreview; viewer: ViewerView | null }) {
  const t = await translator('account');
  const otherCode = { href: '/?join', label: t('join.otherCode') };
  return (
    <AccountPage
      title={t('join.titleWith', { title: preview.title })}
      fact={t('join.course', { course: preview.courseTitle })}
      foot={otherCode}
    >
      <JoinForm code={preview.code} initialName={viewer?.name ?? ''} />
    </AccountPage>
  );
}

async function Closed({ preview }: { preview: ClassPreview }) {
  const t = await translator('account');
  return (
    <AccountPage
      title={t('join.closedTitle')}
      lead={t('join.closedLead', { title: preview.title })}
      foot={{ href: '/?join', label: t('join.otherCode') }}
    />
  );
}

async function Refused({ code, why }: { code: string; why: ErrorCode }) {
  const t = await translator('account');
  const foot = { href: '/?join', label: t('join.tryAgain') };
  if (why === 'class_code_unknown') {
    return <AccountPage title={t('join.unknownTitle', { code })} lead={t('join.unknownLead')} foot={foot} />;
  }
  return (
    <AccountPage title={t('home.title')} foot={foot}>
      <div className={classes.actions}>
        <ErrorNotice code={why} />
      </div>
    </AccountPage>
  );
}
