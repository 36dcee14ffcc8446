import type { Joined, ProductBrowser } from '../../support/product-browser.ts';
import type { Frame, ProductSocket } from '../../support/product-socket.ts';
import { Keyboard, unless } from './keyboard.ts';
import type { Random } from './random.ts';

/** A question of the first course, and its right answer. */
const QUESTION = { stepKey: 'docker/why-docker-is-root', answer: { kind: 'choices', ids: ['b'] } };
const CHECKED_STEP = 'docker/find-the-daemon';
const PAUSE_MS = 250;

/** What the server acknowledged to one student: it must be there at the end. */
export type Acknowledged = {
  steps: Set<string>;
  /** Saved states: their id, and what was written into the sandbox before. */
  saved: Map<string, string>;
};

/** What a student's habit has at hand, in one sandbox whose shell answers. */
export type Desk = {
  sandboxId: string;
  enrollmentId: string;
  keyboard: Keyboard;
  random: Random;
  /** Something was killed: what is under way is given up. */
  signal: AbortSignal;
  acknowledged: Acknowledged;
  /** Another shell of the same sandbox. */
  openTerminal(shell: string): ProductSocket;
  act(name: string, ...args: unknown[]): Promise<unknown>;
  /** Something that should have outlived a kill, and did not. */
  lost(what: string): void;
};
export type Habit = (desk: Desk) => Promise<void>;

type Given = { url: () => string; browser: ProductBrowser; seat: Joined; random: Random; habit: Habit };

/** One student of the busy lesson, who goes on whatever happens to the server. */
export class ChaosStudent {
  readonly acknowledged: Acknowledged = { steps: new Set(), saved: new Map() };
  /** Endings that the page showed. */
  readonly shown: { sandboxId: string; ending: string }[] = [];
  /** Sandboxes in which they had a shell. */
  readonly visited = new Set<string>();
  readonly lost: string[] = [];
  /** When something was typed that the shell has answered. */
  provenAt = Number.NEGATIVE_INFINITY;
  /** Why the last turn failed: of interest when the next ones fail too. */
  lastFault = '';
  readonly #given: Given;
  #live: ProductSocket | null = null;
  #terminal: ProductSocket | null = null;
  #sandboxId = '';
  /** The words that the shell of one sandbox may hold: the last acknowledged one, and those typed since. */
  #held: { sandboxId: string; words: string[] } = { sandboxId: '', words: [] };
  #isOver = false;
  #interruption = new AbortController();

  constructor(given: Given) {
    this.#given = given;
  }

  get enrollmentId(): string {
    return this.#given.seat.enrollmentId;
  }

  /** Whose seat it is, and which sandbox they were in last. */
  get place(): string {
    return `${this.enrollmentId} in ${this.#sandboxId}`;
  }

  /** Works until told to stop; what fails is tried again, as a page does. */
  async work(): Promise<void> {
    while (!this.#isOver) {
      this.#interruption = new AbortController();
      await this.#turn().catch((error: unknown) => {
        if (this.#interruption.signal.aborted) return;
        this.lastFault = `${error}; the terminal’s last words: ${JSON.stringify(this.#terminal?.output.slice(-600))}`;
        this.leave();
      });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.leave();
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Gives up what is under way, as somebody does who sees that it hangs. */
  interrupt(): void {
    this.#interruption.abort(new Error('something was killed'));
  }

  async #turn(): Promise<void> {
    await this.attend();
    await this.#prove();
    const dice = this.#given.random.whole(100);
    if (dice < 60) await this.#given.habit(this.desk());
    else if (dice < 75) await this.#answer();
    else if (dice < 90) await this.#check();
    else await this.#act('extendSandbox');
    this.#note();
  }

  /** Of the sandbox they attend. */
  desk(): Desk {
    const { random } = this.#given;
    const { acknowledged, enrollmentId } = this;
    return {
      sandboxId: this.#sandboxId,
      enrollmentId,
      random,
      signal: this.#interruption.signal,
      acknowledged,
      keyboard: this.#keyboard,
      openTerminal: (shell) => this.#at.terminal(enrollmentId, { shell }),
      act: (name, ...args) => this.#act(name, ...args),
      lost: (what) => void this.lost.push(`${what} of ${this.#sandboxId}`),
    };
  }

  get #at(): ProductBrowser {
    return this.#given.browser.at(this.#given.url());
  }

  get #keyboard(): Keyboard {
    if (this.#terminal === null) throw new Error('no terminal');
    return new Keyboard(this.#terminal, this.#interruption.signal);
  }

  /** At a terminal of a sandbox that is ready. */
  async attend(): Promise<void> {
    if (this.#terminal?.socket.readyState === this.#terminal?.socket.OPEN && this.#terminal) return;
    this.leave();
    await this.#at.openChapter(this.#given.seat.classroomId);
    const live = this.#at.live({ type: 'watch_enrollment', enrollmentId: this.enrollmentId });
    this.#live = live;
    const told = await live.told(({ type }) => type === 'sandbox');
    if (sandboxOf(told).phase === 'gone') await this.#act('startSandbox');
    const ready = await live.told((frame) => frame.type === 'sandbox' && sandboxOf(frame).phase === 'ready');
    this.#sandboxId = String(sandboxOf(ready).sandboxId);
    this.#terminal = this.#at.terminal(this.enrollmentId);
    await this.#terminal.attached();
    this.visited.add(this.#sandboxId);
  }

  /** The shell answers, and in the same sandbox it is the same shell: its variable holds what was typed last. */
  async #prove(): Promise<void> {
    if (this.#held.sandboxId !== this.#sandboxId) this.#held = { sandboxId: this.#sandboxId, words: [''] };
    const { words } = this.#held;
    const keyboard = this.#keyboard;
    const before = words.length;
    const { value, word, typedAt } = await keyboard.ask('was', (next) => {
      words.push(next);
      return `echo was-$held-${next}-$((40 + 2)); held=${next}`;
    });
    if (!words.slice(0, -1).includes(value)) {
      this.lost.push(`the shell of ${this.#sandboxId}: it held ${value}, not ${words.slice(0, before).at(-1)}`);
    }
    // What was typed after the word that was answered may still be carried out.
    this.#held.words = words.slice(words.indexOf(word));
    this.provenAt = typedAt;
  }

  async #answer(): Promise<void> {
    if (isOk(await this.#act('answer', QUESTION))) this.acknowledged.steps.add(QUESTION.stepKey);
  }

  async #check(): Promise<void> {
    await this.#keyboard.run('systemctl status docker --no-pager | head -3');
    await this.#act('checkNow', CHECKED_STEP);
  }

  async #act(name: string, ...args: unknown[]): Promise<unknown> {
    return (await unless(this.#interruption.signal, this.#at.act(name, [this.enrollmentId, ...args]))).value;
  }

  /** A step that the page was told is passed counts as acknowledged; an ending that it was told counts as shown. */
  #note(): void {
    for (const frame of this.#live?.frames ?? []) {
      const step = Object(frame.step);
      if (frame.type === 'step' && step.passedAt != null) this.acknowledged.steps.add(String(step.stepKey));
      const { sandboxId, ending } = sandboxOf(frame);
      const isKnown = this.shown.some((one) => one.sandboxId === sandboxId && one.ending === ending);
      if (frame.type === 'sandbox' && ending != null && !isKnown)
        this.shown.push({ sandboxId: String(sandboxId), ending: String(ending) });
    }
  }

  leave(): void {
    this.#note();
    this.#live?.socket.terminate();
    this.#terminal?.socket.terminate();
    this.#live = null;
    this.#terminal = null;
  }
}

type Shown = { phase?: unknown; sandboxId?: unknown; ending?: unknown };
const sandboxOf = (frame: Frame): Shown => Object(frame.sandbox);

export const isOk = (value: unknown): boolean => Reflect.get(Object(value), 'ok') === true;
