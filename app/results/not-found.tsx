import { AppFrame } from '#components/ui/app-frame.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { translator } from '../request-language.ts';

/** Not there and not yours look the same from outside. */
export default async function NoSuchResults() {
  const t = await translator('results');
  return (
    <AppFrame width="text">
      <EmptyState title={t('missingTitle')}>{t('missingLead')}</EmptyState>
    </AppFrame>
  );
}
