import { type ChildProcess, spawn } from 'node:child_process';

/**
 * `setpriv` ends it with us, however we end: it would wait for the next change of a rule for ever. `stdbuf` has it say
 * each change at once, not four thousand letters later.
 */
const COMMAND = ['setpriv', '--pdeathsig', 'KILL', 'stdbuf', '-oL', 'xtables-monitor', '--event'] as const;

/** Calls back soon after any firewall rule of the machine changed. A host without the tool is looked at again and again. */
export class RuleEvents {
  readonly #onChange: () => void;
  #child: ChildProcess | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  listen(): void {
    if (this.#child !== null) return;
    const [program, ...args] = COMMAND;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = () => {
      if (this.#child === child) this.#child = null;
    };
    child.once('error', ended);
    child.once('exit', ended);
    child.stdout.on('data', () => this.#onChange());
    child.unref();
    this.#child = child;
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}
