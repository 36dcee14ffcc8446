import { AppFrame } from '#components/ui/app-frame.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { translator } from '../../request-language.ts';

export default async function NoSuchClass() {
  const t = await translator('teach');
  return (
    <AppFrame home="/teach" width="text">
      <EmptyState
        title={t('trouble.missingTitle')}
        action={<ButtonLink href="/teach">{t('trouble.classes')}</ButtonLink>}
      >
        {t('trouble.missingLead')}
      </EmptyState>
    </AppFrame>
  );
}
