'use client';

import { useTranslations } from 'use-intl';
import type { TerminalLayout } from '#server/shared/terminal-layout.ts';

/** A shell's name: the student's own, else its number. */
export function useShellName({ shells }: Pick<TerminalLayout, 'shells'>): (shell: string) => string {
  const t = useTranslations('terminal');
  return (shell) =>
    shells.find((one) => one.shell === shell)?.name ?? t('shell', { number: shell.replace('shell-', '') });
}
