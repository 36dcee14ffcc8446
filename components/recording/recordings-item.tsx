'use client';

import { Menu } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';

/** The student's way to what was recorded of them, in the menu of their name. */
export function RecordingsItem({ enrollmentId }: { enrollmentId: string }) {
  const t = useTranslations('recording');
  return (
    <Menu.Item component="a" href={`/recordings/${enrollmentId}`} leftSection={<IconPlayerPlay size={16} />}>
      {t('mine')}
    </Menu.Item>
  );
}
