import type { Company } from '#server/shared/company.ts';
import type { EndingWarning } from '#server/shared/protocol.ts';
import type { CommandOutput } from './command-marks.ts';
import { type BarKey, keySequence, type Modifiers } from './key-sequences.ts';
import { asOneLine } from './paste-rules.ts';
import { type RunOptions, RunQueue, type RunState } from './run-queue.ts';
import type { Screen } from './screen-loader.ts';
import type { ShellIo } from './shell-io.ts';
import { TerminalClient, type TerminalState } from './terminal-client.ts';

export type PasteWay = 'as_is' | 'one_line';

/** What the panel's buttons do with the shell in front. */
export interface ShellHandle {
  run(command: string, options: RunOptions): void;
  interruptAndRun(): void;
  cancelRun(): void;
  retry(): void;
  takeKeyboard(): void;
  answerTurn(turnId: string, allow: boolean): void;
  endTurn(): void;
  focus(): void;
  selection(): string;
  /** Pastes, or asks first where lines would run at once. */
  paste(text: string): void;
  /** Pastes without a question. */
  pasteNow(text: string, way: PasteWay): void;
  pressKey(key: BarKey, modifiers: Modifiers): void;
  search(text: string, direction: 'next' | 'previous'): boolean;
  endSearch(): void;
  lastOutput(): CommandOutput | null;
}

/** A shell's screen, its wire and its run queue. */
export type ShellParts = { screen: Screen; client: TerminalClient; queue: RunQueue; atPrompt: () => boolean | null };

type AssembleOptions = {
  screen: Screen;
  shell: string;
  address: string;
  onState: (shell: string, state: TerminalState) => void;
  onRun: (shell: string, state: RunState) => void;
  onReturn: (shell: string) => void;
  onWarning: (warning: EndingWarning) => void;
  onCompany: (shell: string, company: Company) => void;
};

export function assembleShell(options: AssembleOptions): ShellParts {
  const { screen, shell, onState, onRun, onReturn, onWarning, onCompany, address } = options;
  const queue = new RunQueue({ type: (text) => client.type(text), onState: (state) => onRun(shell, state) });
  let wrote = false;
  let atPrompt: boolean | null = null;
  const client: TerminalClient = new TerminalClient({
    url: address,
    shell,
    size: screen.size,
    onState: (state) => {
      const writes = state.phase === 'open' && state.writable;
      if (state.phase !== 'open') queue.disconnected();
      if (writes && !wrote) screen.fit();
      wrote = writes;
      onState(shell, state);
    },
    onOutput: (bytes, drawn) => {
      queue.printed();
      screen.write(bytes, drawn);
    },
    onRestart: () => screen.clear(),
    onReturn: () => onReturn(shell),
    onPrompt: (now) => {
      atPrompt = now;
      queue.prompt(now);
    },
    onNotice: onWarning,
    onSize: (size) => screen.drawAt(size),
    onCompany: (company) => onCompany(shell, company),
  });
  return { screen, client, queue, atPrompt: () => atPrompt };
}

export function pasteInto({ screen }: ShellParts, text: string, way: PasteWay): void {
  screen.paste(way === 'one_line' ? asOneLine(text) : text);
}

type HandleOptions = { parts: { readonly current: ShellParts | null }; io: ShellIo };

export function createHandle({ parts, io }: HandleOptions): ShellHandle {
  return {
    run: (command, options) => parts.current?.queue.run(command, options),
    interruptAndRun: () => parts.current?.queue.interruptAndRun(),
    cancelRun: () => parts.current?.queue.cancel(),
    retry: () => parts.current?.client.retryNow(),
    takeKeyboard: () => parts.current?.client.takeKeyboard(),
    answerTurn: (turnId, allow) => parts.current?.client.answerTurn(turnId, allow),
    endTurn: () => parts.current?.client.endTurn(),
    focus: () => parts.current?.screen.focus(),
    selection: () => parts.current?.screen.selection() ?? '',
    paste: io.paste,
    pasteNow: (text, way) => parts.current && pasteInto(parts.current, text, way),
    pressKey: (key, modifiers) =>
      io.press(keySequence(key, modifiers, parts.current?.screen.applicationCursor ?? false)),
    search: (text, direction) => parts.current?.screen.search(text, direction) ?? false,
    endSearch: () => parts.current?.screen.endSearch(),
    lastOutput: () => parts.current?.screen.lastOutput() ?? null,
  };
}
