import { useTranslations } from 'use-intl';

/** The editor's own words, as it has them in English. */
export function usePhrases(): Record<string, string> {
  const t = useTranslations('files.editor');
  return {
    Find: t('find'),
    Replace: t('replaceWith'),
    next: t('next'),
    previous: t('previous'),
    all: t('all'),
    'match case': t('matchCase'),
    regexp: t('regexp'),
    'by word': t('byWord'),
    replace: t('replace'),
    'replace all': t('replaceAll'),
    close: t('close'),
    'current match': t('currentMatch'),
    'on line': t('onLine'),
    'replaced $ matches': t('replacedMatches'),
    'Go to line': t('goToLine'),
    go: t('go'),
    'Control character': t('controlCharacter'),
    '$ unchanged lines': t('unchangedLines'),
  };
}
