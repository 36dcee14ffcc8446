import { ButtonLink } from '#components/ui/button.tsx';
import { ViewerMenu } from '#components/ui/viewer-menu.tsx';
import type { ViewerView } from '#server/shared/views.ts';
import { translator } from '../request-language.ts';

/** Who I am; an administrator also finds the way between classes and administration. */
export async function StaffMenu({ viewer, here }: { viewer: ViewerView; here: 'teach' | 'admin' }) {
  const t = await translator('teach');
  const other =
    here === 'teach' ? { href: '/admin', label: t('viewer.admin') } : { href: '/teach', label: t('viewer.teach') };
  return (
    <>
      {viewer.role === 'admin' ? (
        <ButtonLink href={other.href} variant="quiet" size="sm">
          {other.label}
        </ButtonLink>
      ) : null}
      <ViewerMenu viewer={viewer} />
    </>
  );
}
