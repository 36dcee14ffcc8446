import { copyText } from '../ui/copy-button.tsx';
import { soundBell } from './bell-sound.ts';
import { cleanPaste, needsQuestion } from './paste-rules.ts';
import { type PasteWay, pasteInto, type ShellParts } from './shell-parts.ts';
import type { ShellProps } from './shell-props.ts';
import { isTerminalAnswer } from './terminal-answers.ts';

type Current<T> = { readonly current: T };

/** What passes between a shell's screen and the student, by the settings of the moment. */
export interface ShellIo {
  /** Keys, pasted text, and the terminal's own answers to programs. */
  type(text: string): void;
  /** Sends a key of the touch bar. */
  press(sequence: string): void;
  /** Pastes, or asks first. */
  paste(text: string): void;
  ring(): void;
  /** A program puts text on the clipboard. */
  programCopies(text: string): void;
}

/** No program needs more on the clipboard. */
const MAX_PROGRAM_COPY = 100_000;

export function createShellIo(parts: Current<ShellParts | null>, props: Current<ShellProps>): ShellIo {
  // What a shell printed before is drawn again after a reload: it rang and copied then.
  const isReplaying = () => parts.current?.client.replaying ?? false;
  const send = (text: string) => {
    if (parts.current?.client.type(text) === false) props.current.onLost();
  };
  const press = (text: string) => {
    parts.current?.queue.cancel();
    send(text);
  };
  return {
    press,
    type(text) {
      if (!isTerminalAnswer(text)) press(props.current.hold(text));
      // Unheard where somebody else types: their page answers.
      else if (!isReplaying()) parts.current?.client.type(text);
    },
    paste(given) {
      const { shell, settings, onPasteQuestion } = props.current;
      const { current } = parts;
      const text = cleanPaste(given);
      if (!current || text === '') return;
      const situation = { bracketed: current.screen.bracketedPaste, atPrompt: current.atPrompt() };
      const isRisky = needsQuestion(text, situation);
      if (isRisky && settings.pasteLines === 'ask') onPasteQuestion(shell, text);
      else pasteInto(current, text, isRisky ? (settings.pasteLines as PasteWay) : 'as_is');
    },
    ring() {
      const { shell, settings, onBell } = props.current;
      if (isReplaying()) return;
      if (settings.bellSound) soundBell();
      onBell(shell);
    },
    programCopies(text) {
      if (!props.current.settings.programsCopy || isReplaying() || text === '') return;
      void copyText(text.slice(0, MAX_PROGRAM_COPY));
    },
  };
}
