'use client';

import { useTranslations } from 'use-intl';
import { shownPath } from './upload-rules.ts';
import type { SaveState } from './use-open-file.ts';

/** How the last saving went. What was typed is still in the editor, whatever it says. */
export function SaveNotice({ state, dirty }: { state: SaveState; dirty: boolean }) {
  const t = useTranslations('files');
  const errors = useTranslations('errors');
  if (state.phase === 'failed')
    return (
      <p role="alert" data-failed>
        {t('notSaved')} {errors(state.code)}
      </p>
    );
  const words = () => {
    if (state.phase === 'saving') return t('saving');
    if (state.phase !== 'saved' || dirty) return '';
    return t(state.asCopy ? 'savedCopy' : 'saved', { path: shownPath(state.path) });
  };
  return <p role="status">{words()}</p>;
}
