'use client';

import { useMemo, useRef, useState } from 'react';
import type { SandboxView } from '#server/shared/protocol.ts';
import { FIRST_LAYOUT, type TerminalLayout } from '#server/shared/terminal-layout.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { useLive } from '../live/use-live.ts';
import { type TerminalHandle, TerminalPanel } from '../terminal/terminal-panel.tsx';
import { useShellName } from '../terminal/use-shell-name.ts';
import { EndingBanner } from './ending-banner.tsx';
import classes from './terminal-window.module.css';

type SandboxAction = () => Promise<ActionResult<SandboxView>>;

type TerminalWindowProps = {
  enrollmentId: string;
  shell: TerminalLayout['shells'][number];
  sandbox: SandboxView;
  actions: Record<'start' | 'extend' | 'stay', SandboxAction>;
};

/** A page that is one shell. The page it was opened from shows the same; whoever was there last has the keyboard. */
export function TerminalWindow({ enrollmentId, shell, sandbox: first, actions }: TerminalWindowProps) {
  const [sandbox, setSandbox] = useState(first);
  const [ports, setPorts] = useState<readonly number[]>([]);
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const terminal = useRef<TerminalHandle | null>(null);
  const watch = useMemo(() => ({ type: 'watch_enrollment' as const, enrollmentId }), [enrollmentId]);
  useLive(watch, (event) => {
    if (event.type === 'sandbox') setSandbox(event.sandbox);
    if (event.type === 'ports') setPorts(event.ports);
  });
  const [store] = useState(() => ({
    first: { ...FIRST_LAYOUT, shells: [shell], panes: [shell.shell], active: shell.shell },
    keep: () => Promise.resolve(),
  }));
  const name = useShellName({ shells: [shell] })(shell.shell);
  const act = async (action: SandboxAction) => {
    setBusy(true);
    const reply = await action().catch(() => null);
    setBusy(false);
    if (reply?.ok) setSandbox(reply.value);
  };
  return (
    <main className={classes.window}>
      <h1 ref={heading} tabIndex={-1}>
        {name}
      </h1>
      <EndingBanner warning={sandbox.warning} busy={busy} refused={null} onKeep={(how) => void act(actions[how])} />
      <div className={classes.terminal}>
        <TerminalPanel
          ref={(handle) => {
            terminal.current = handle;
          }}
          enrollmentId={enrollmentId}
          sandbox={sandbox}
          ports={ports}
          busy={busy}
          onNewSandbox={() => void act(actions.start)}
          onLeave={() => heading.current?.focus()}
          layoutStore={store}
          isWindow
        />
      </div>
    </main>
  );
}
