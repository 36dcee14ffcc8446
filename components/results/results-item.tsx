'use client';

import { Menu } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';

/** The student's way to what they have done so far, in the menu of their name. */
export function ResultsItem({ enrollmentId }: { enrollmentId: string }) {
  const t = useTranslations('learn');
  return (
    <Menu.Item component="a" href={`/results/${enrollmentId}`} leftSection={<IconListCheck size={16} />}>
      {t('results')}
    </Menu.Item>
  );
}
