import type { Company } from '#server/shared/company.ts';
import type { EndingWarning } from '#server/shared/protocol.ts';
import type { RunState } from './run-queue.ts';
import type { TerminalState } from './terminal-client.ts';
import type { TerminalSettings } from './terminal-settings.ts';

/** What a shell's view is told, and whom it tells. */
export type ShellProps = {
  enrollmentId: string;
  shell: string;
  /** What its tab says. */
  name: string;
  visible: boolean;
  /** The sandbox stands: there is something to connect to. */
  ready: boolean;
  settings: TerminalSettings;
  onState: (shell: string, state: TerminalState) => void;
  onRun: (shell: string, state: RunState) => void;
  /** Of a notice that could not be drawn among what the shell prints. */
  onNotice: (shell: string, warning: EndingWarning) => void;
  /** Connected again: whether something may be missing that could not be said on the screen, or nothing is. */
  onReturn: (shell: string) => void;
  /** Keys were pressed while they could not be sent. */
  onLost: () => void;
  onCompany: (shell: string, company: Company) => void;
  /** True when the key is ours. */
  onShortcut: (event: KeyboardEvent) => boolean;
  /** Lines were pasted that would run at once. */
  onPasteQuestion: (shell: string, text: string) => void;
  /** Puts the keys that the touch bar holds to what is typed. */
  hold: (text: string) => string;
  onBell: (shell: string) => void;
  onTitle: (shell: string, title: string) => void;
};
