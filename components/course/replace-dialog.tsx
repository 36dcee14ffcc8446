'use client';

import { Modal } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import classes from './replace-dialog.module.css';

type ReplaceDialogProps = {
  opened: boolean;
  title: string;
  /** What is lost and what stays. */
  text: string;
  confirm: string;
  onClose: () => void;
  onConfirm: () => void;
};

/** Asks once more before the student's sandbox is replaced. */
export function ReplaceDialog({ opened, title, text, confirm, onClose, onConfirm }: ReplaceDialogProps) {
  const t = useTranslations('learn');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('savedClose') }}
      centered
    >
      <p>{text}</p>
      <div className={classes.answers}>
        <Button variant="quiet" onClick={onClose}>
          {t('resetKeep')}
        </Button>
        <Button
          variant="danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {confirm}
        </Button>
      </div>
    </Modal>
  );
}
