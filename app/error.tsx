'use client';

import { useTranslations } from 'use-intl';
import { AppFrame } from '#components/ui/app-frame.tsx';
import { Button, ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';

/** The server's words stay in its log: a page only says what is safe and what to do. */
export default function PageError({ retry }: { error: Error; retry: () => void }) {
  const t = useTranslations('common');
  const action = (
    <>
      <Button variant="primary" onClick={retry}>
        {t('tryAgain')}
      </Button>{' '}
      <ButtonLink href="/" variant="quiet">
        {t('goHome')}
      </ButtonLink>
    </>
  );
  return (
    <AppFrame width="text">
      <EmptyState title={t('errorTitle')} action={action}>
        {t('errorText')}
      </EmptyState>
    </AppFrame>
  );
}
