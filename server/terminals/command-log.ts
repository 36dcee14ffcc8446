import type { Clock } from '#server/clock.ts';
import type { ShellMark } from './shell-integration.ts';

/** One command that a student ran. `exitCode` and `cwd` are null where the shell did not say. */
export type CommandRecord = {
  command: string;
  exitCode: number | null;
  cwd: string | null;
  startedAt: Date;
  endedAt: Date;
};

/** Longest command line that is kept, in UTF-16 units. */
const MAX_COMMAND_LENGTH = 4096;

/** Turns the marks of one shell into commands, and knows whether it waits at a prompt. */
export class CommandTracker {
  readonly #clock: Clock;
  #line = '';
  #cwd: string | null = null;
  #startedAt: Date | null = null;
  #atPrompt: boolean | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Null until the shell has said anything about itself. */
  get atPrompt(): boolean | null {
    return this.#atPrompt;
  }

  /** The command line that the shell told of last. */
  get line(): string {
    return this.#line;
  }

  /** Where the shell was when it last said so; null until it has. The student's own words. */
  get cwd(): string | null {
    return this.#cwd;
  }

  /** The command that this mark ended, if one was running. */
  take(mark: ShellMark): CommandRecord | null {
    switch (mark.kind) {
      case 'prompt':
        this.#atPrompt = true;
        return null;
      case 'command_line':
        this.#line = mark.text.slice(0, MAX_COMMAND_LENGTH);
        return null;
      case 'cwd':
        this.#cwd = mark.path;
        return null;
      case 'command_start':
        this.#atPrompt = false;
        this.#startedAt = this.#clock.now();
        return null;
      case 'command_end':
        return this.#end(mark.exitCode);
    }
  }

  /** An empty line ends without having started: no command. */
  #end(exitCode: number | null): CommandRecord | null {
    const startedAt = this.#startedAt;
    const command = this.#line;
    this.#startedAt = null;
    this.#line = '';
    return startedAt && { command, exitCode, cwd: this.#cwd, startedAt, endedAt: this.#clock.now() };
  }
}
