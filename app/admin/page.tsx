import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AdminScreen } from '#components/admin/admin-screen.tsx';
import { loadMessages } from '#components/messages/load-messages.ts';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { MoreMessages } from '#components/ui/more-messages.tsx';
import { Crumbs } from '#components/ui/top-bar.tsx';
import { requirePermission } from '#server/accounts/permissions.ts';
import { listUsers } from '#server/accounts/users.ts';
import { runtime } from '#server/runtime.ts';
import { requestLanguage, translator } from '../request-language.ts';
import { siteAddress } from '../site-address.ts';
import { requireStaff } from '../teach/acting.ts';
import { StaffMenu } from '../teach/staff-menu.tsx';
import { createTeacherAccount, endSandbox, readSystem, rebuildImage, resetSandbox } from './actions.ts';
import { CoursesCareSection, DoctorCareSection, MirrorCareSection } from './care-sections.tsx';
import { saveMachineLimits } from './limit-actions.ts';
import { savePoolTarget } from './pool-actions.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await translator('admin');
  return { title: t('pageTitle') };
}

export default async function AdminPage() {
  const viewer = await requireStaff('/admin', ['admin']);
  requirePermission(viewer, 'system:read', 'other');
  const [t, language, view, users, site] = await Promise.all([
    translator('admin'),
    requestLanguage(),
    runtime().system.view(),
    listUsers({ actor: viewer }),
    siteAddress(),
  ]);
  return (
    <MoreMessages
      messages={await loadMessages(language, ['admin', 'account', 'limits', 'mirror', 'doctor', 'courses'])}
    >
      <AppFrame
        home="/admin"
        crumbs={<Crumbs parts={[{ label: t('pageTitle') }]} />}
        aside={<StaffMenu viewer={viewer} here="admin" />}
      >
        <AdminScreen
          view={view}
          users={users}
          now={new Date().toISOString()}
          signInLink={`${site}/sign-in`}
          readSystem={readSystem}
          rebuildImage={rebuildImage}
          endSandbox={endSandbox}
          resetSandbox={resetSandbox}
          createTeacher={createTeacherAccount}
          limits={{ limits: runtime().limits.current(), isSet: runtime().limits.isSet() }}
          saveLimits={saveMachineLimits}
          savePoolTarget={savePoolTarget}
        >
          <CoursesCareSection />
          <Suspense>
            <MirrorCareSection />
          </Suspense>
          <Suspense>
            <DoctorCareSection />
          </Suspense>
        </AdminScreen>
      </AppFrame>
    </MoreMessages>
  );
}
