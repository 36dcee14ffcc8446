'use client';

import { Modal } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { CopyButton } from '../ui/copy-button.tsx';
import type { CommandOutput } from './command-marks.ts';
import classes from './output-dialog.module.css';

/** The newest command's output as plain text: to read at one's own pace, by any means. */
export function OutputDialog({ output, onClose }: { output: CommandOutput | null; onClose: () => void }) {
  const t = useTranslations('terminal');
  return (
    <Modal
      opened={output !== null}
      onClose={onClose}
      size="xl"
      title={t('outputTitle')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {output?.command ? <p className={classes.command}>{output.command}</p> : null}
      {output?.running ? <p>{t('outputRunning')}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className={classes.text} tabIndex={0}>
        {output?.text || t('outputEmpty')}
      </pre>
      {output?.text ? <CopyButton text={output.text} variant="default" /> : null}
    </Modal>
  );
}
