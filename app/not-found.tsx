import { AppFrame } from '#components/ui/app-frame.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { translator } from './request-language.ts';

export default async function NotFound() {
  const t = await translator('common');
  return (
    <AppFrame width="text">
      <EmptyState title={t('notFoundTitle')} action={<ButtonLink href="/">{t('goHome')}</ButtonLink>}>
        {t('notFoundText')}
      </EmptyState>
    </AppFrame>
  );
}
