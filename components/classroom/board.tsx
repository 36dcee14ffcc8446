'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '#components/ui/button.tsx';
import { ChipButton } from '#components/ui/chip.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import classes from './board.module.css';
import { formatCode } from './join-code.ts';

type BoardProps = { title: string; code: string; joinLink: string };

/** The class code; pressed, it fills the screen for the projector. */
export function BoardButton({ large = false, ...board }: BoardProps & { large?: boolean }) {
  const t = useTranslations('teach');
  const [open, setOpen] = useState(false);
  const code = formatCode(board.code);
  return (
    <>
      {large ? (
        <Button variant="primary" onClick={() => setOpen(true)}>
          {t('grid.showCode')}
        </Button>
      ) : (
        <ChipButton onClick={() => setOpen(true)} title={t('grid.showCode')}>
          {t('grid.code')} <span className={classes.chipCode}>{code}</span>
        </ChipButton>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="xl"
        centered
        title={t('board.title', { title: board.title })}
        closeButtonProps={{ 'aria-label': t('board.close') }}
        classNames={{ title: classes.title }}
      >
        <Board {...board} />
      </Modal>
    </>
  );
}

/** Address and code, readable from the last row. */
export function Board({ code, joinLink }: Pick<BoardProps, 'code' | 'joinLink'>) {
  const t = useTranslations('teach');
  const shown = formatCode(code);
  const address = joinLink.replace(/^https?:\/\//, '').replace(/\/join\/.*$/, '');
  return (
    <div className={classes.board}>
      <p>{t('board.lead', { address })}</p>
      <p className={classes.code}>{shown}</p>
      <div className={classes.copies}>
        <CopyButton text={shown} label={t('create.copyCode')} variant="default" size="md" />
        <CopyButton text={joinLink} label={t('create.copyLink')} variant="default" size="md" />
      </div>
      <p className={classes.link}>{joinLink}</p>
    </div>
  );
}
