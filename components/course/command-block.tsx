'use client';

import { useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import classes from './command-block.module.css';
import { useRun } from './learn-context.tsx';

type CommandBlockProps = { command: string; runnable: boolean; inside: boolean };

/** A command of the page: read, copied, or run in the terminal beside it. */
export function CommandBlock({ command, runnable, inside }: CommandBlockProps) {
  const t = useTranslations('learn');
  const run = useRun();
  const lines = command.split('\n');
  return (
    <div className={classes.block} data-lines={lines.length > 1 ? 'many' : 'one'}>
      {runnable ? (
        <span className={classes.prompt} aria-hidden="true">
          $
        </span>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls sideways, by keyboard too */}
      <pre className={classes.text} tabIndex={0}>
        <code>{command}</code>
      </pre>
      <span className={classes.actions}>
        <CopyButton text={command} />
        {runnable && run ? (
          <Button
            size="sm"
            variant="primary"
            onClick={() => run(command, { inside })}
            aria-label={t('runThis', { command })}
          >
            {t('run')}
          </Button>
        ) : null}
      </span>
    </div>
  );
}
