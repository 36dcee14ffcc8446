'use client';

import { useTranslations } from 'use-intl';
import type { SandboxView } from '#server/shared/protocol.ts';
import classes from './sandbox-pane.module.css';
import { paneWords } from './terminal-words.ts';

type SandboxPaneProps = {
  sandbox: SandboxView;
  busy: boolean;
  newSandbox: string;
  onNew: () => void;
  onRestore: ((snapshotId: string) => void) | undefined;
};

/** Stands in the terminal's place while there is no sandbox: what is happening, what is safe, what to do. */
export function SandboxPane({ sandbox, busy, newSandbox, onNew, onRestore }: SandboxPaneProps) {
  const t = useTranslations('terminal');
  const errors = useTranslations('errors');
  const words = paneWords(sandbox);
  if (!words) return null;
  const { title, text, kept, percent, kind, offerNew } = words;
  const { savedSnapshotId } = sandbox;
  return (
    <div className={classes.pane} data-kind={kind}>
      <div className={classes.card} role="status">
        <h2>{t(title.key, title.values)}</h2>
        {percent === null ? null : (
          <div
            className={classes.bar}
            role="progressbar"
            aria-label={t(title.key, title.values)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor(percent)}
          >
            <i style={{ width: `${percent}%` }} />
          </div>
        )}
        <p>{'errorCode' in text ? errors(text.errorCode) : t(text.key, text.values)}</p>
        {kept ? <p>{t(kept.key, kept.values)}</p> : null}
        {kind === 'waiting' ? <Skeleton /> : null}
        {offerNew && onRestore && savedSnapshotId !== null ? (
          <button
            type="button"
            className={classes.action}
            disabled={busy}
            aria-busy={busy}
            onClick={() => onRestore(savedSnapshotId)}
          >
            {t('goOnFromSaved')}
          </button>
        ) : null}
        {offerNew ? (
          <button type="button" className={classes.action} disabled={busy} aria-busy={busy} onClick={onNew}>
            {newSandbox}
          </button>
        ) : null}
      </div>
    </div>
  );
}

/** The prompt that will be here. */
function Skeleton() {
  return (
    <div className={classes.skeleton} aria-hidden="true">
      <span>student@lab</span>
      <span>:~$</span>
      <i />
    </div>
  );
}
