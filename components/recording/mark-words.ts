'use client';

import { useTranslations } from 'use-intl';
import type { CastMark } from '#server/shared/asciicast.ts';

/** What a mark says. A command is the student's own words: shown as text, nothing else. */
export function useMarkWords(titles: Readonly<Record<string, string>>): (mark: CastMark) => string {
  const t = useTranslations('recording');
  return (mark) => {
    switch (mark.kind) {
      case 'command':
        return `$ ${mark.command}`;
      case 'gap':
      case 'cut':
        return t(`mark_${mark.kind}`);
      default:
        return t(`mark_${mark.kind}`, { title: titles[mark.stepKey] ?? mark.stepKey });
    }
  };
}
