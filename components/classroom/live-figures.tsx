'use client';

import { useTranslations } from 'use-intl';
import { Figures } from './figures.tsx';
import type { GridFigures } from './grid-need.ts';

/** Only what is true now. */
export function LiveFigures({ figures, looks }: { figures: GridFigures; looks: number }) {
  const t = useTranslations('teach.grid');
  const { donePercent, here, stuck, students } = figures;
  return (
    <Figures
      figures={[
        { value: donePercent === null ? t('noFigure') : `${donePercent}\u00a0%`, label: t('figureDone') },
        { value: String(here), label: t('figureHere', { students }) },
        { value: String(stuck), label: t('figureStuck') },
        { value: String(looks), label: t('figureTrying') },
      ]}
    />
  );
}
