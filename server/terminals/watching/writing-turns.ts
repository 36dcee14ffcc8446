import { randomUUID } from 'node:crypto';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import { type Company, MAX_WATCHERS, type TurnEnding } from '#server/shared/company.ts';
import type { TerminalEvent } from '#server/shared/protocol.ts';

/** A question that nobody answered for so long is void: what the student would agree to may be long past. */
export const ASK_LASTS_MS = 60_000;
/** A reload or a short break of the student's wire ends no turn; a longer absence does, as nobody sees what is typed. */
export const STUDENT_AWAY_MS = 30_000;

export type Person = { userId: string; name: string };

/** A page as it is seen here. Who may not write by themselves is a watcher. */
export type Guest = {
  readonly person: Person;
  readonly mayWrite: boolean;
  event(event: TerminalEvent): void;
};

/** For the audit log: never what was typed. `by` is null for what happened by itself. */
export type TurnFact =
  | { what: 'asked' | 'granted' | 'refused'; by: Person; watcher: Person }
  | { what: 'ended'; by: Person | null; watcher: Person; why: TurnEnding };

/** What a page may do about turns. */
export interface TurnDesk {
  /** A watcher would like to type. Rejects a student's page with `not_allowed`. */
  ask(): void;
  /** A student's answer; void unless it is to the question that waits now. Rejects a watcher's page with `not_allowed`. */
  answer(turnId: string, allow: boolean): void;
  /** The student takes the keyboard back, or whoever asked or types gives up. Of others it is not heard. */
  end(): void;
}

export type WritingTurnsOptions = {
  clock: Clock;
  /** Counts a question; false when it is one too many. */
  mayAsk(watcher: Person): boolean;
  note(fact: TurnFact): void;
};

type Turn = { turnId: string; guest: Guest; phase: 'asked' | 'writing'; timer: Disposable | null };

/**
 * Who is at one terminal, and who of them may type. The student's pages always may, but for a turn that a watcher asked
 * for and the student gave. A turn lives in this process alone: a restart of the server ends it.
 */
export class WritingTurns {
  readonly #options: WritingTurnsOptions;
  readonly #guests = new Set<Guest>();
  #turn: Turn | null = null;
  #closed = false;

  constructor(options: WritingTurnsOptions) {
    this.#options = options;
  }

  /** Lets a page in and tells the others. Rejects one watcher too many with `too_many_tries`. */
  join(guest: Guest): void {
    if (!guest.mayWrite && this.#watchers().length >= MAX_WATCHERS)
      throw new AppError('too_many_tries', `${MAX_WATCHERS} watchers already`);
    this.#guests.add(guest);
    if (guest.mayWrite && this.#turn?.phase === 'writing') this.#setTimer(this.#turn, null);
    if (!guest.mayWrite) this.#tell(guest);
  }

  leave(guest: Guest): void {
    if (!this.#guests.delete(guest)) return;
    const turn = this.#turn;
    if (turn?.guest === guest) this.#finish('watcher_left', guest.person);
    else if (turn && guest.mayWrite && !this.#hasStudent()) this.#studentLeft(turn);
    if (!guest.mayWrite) this.#tell();
  }

  /** The shell is gone, and every turn at it. */
  close(): void {
    this.#closed = true;
    this.#finish('shell_ended', null);
  }

  /** Whether what this page sends may reach the shell. `isWriter`: it has the keyboard among the student's own pages. */
  mayType(guest: Guest, isWriter: boolean): boolean {
    return this.#turn?.phase === 'writing' ? this.#turn.guest === guest : isWriter && guest.mayWrite;
  }

  viewFor(guest: Guest): Company {
    const turn = this.#turn;
    return {
      watchers: [...new Map(this.#watchers().map(({ person }) => [person.userId, person.name])).values()],
      turn: turn && {
        turnId: turn.turnId,
        name: turn.guest.person.name,
        phase: turn.phase,
        yours: turn.guest === guest,
      },
    };
  }

  deskFor(guest: Guest): TurnDesk {
    return {
      ask: () => this.#ask(guest),
      answer: (turnId, allow) => this.#answer(guest, turnId, allow),
      end: () => this.#end(guest),
    };
  }

  #ask(guest: Guest): void {
    if (guest.mayWrite) throw new AppError('not_allowed', 'a student asked for a turn at their own terminal');
    const turn = this.#turn;
    if (turn?.guest === guest || !this.#guests.has(guest)) return;
    const hindrance = this.#hindrance(guest);
    if (hindrance) {
      guest.event({ type: 'turn_over', why: hindrance });
      return;
    }
    const asked: Turn = { turnId: randomUUID(), guest, phase: 'asked', timer: null };
    this.#turn = asked;
    this.#setTimer(asked, { afterMs: ASK_LASTS_MS, why: 'lapsed' });
    this.#options.note({ what: 'asked', by: guest.person, watcher: guest.person });
    this.#tell();
  }

  #hindrance({ person }: Guest): TurnEnding | null {
    if (this.#closed) return 'shell_ended';
    if (this.#turn) return 'busy';
    if (!this.#hasStudent()) return 'student_away';
    return this.#options.mayAsk(person) ? null : 'too_many';
  }

  #answer(guest: Guest, turnId: string, allow: boolean): void {
    if (!guest.mayWrite) throw new AppError('not_allowed', 'a watcher answered for the student');
    const turn = this.#turn;
    if (turn?.turnId !== turnId || turn.phase !== 'asked' || !this.#guests.has(guest)) return;
    if (!allow) {
      this.#finish('refused', guest.person);
      return;
    }
    turn.phase = 'writing';
    this.#setTimer(turn, null);
    this.#options.note({ what: 'granted', by: guest.person, watcher: turn.guest.person });
    this.#tell();
  }

  #end(guest: Guest): void {
    const turn = this.#turn;
    if (!turn || !this.#guests.has(guest)) return;
    if (turn.guest === guest) this.#finish('given_back', guest.person);
    else if (guest.mayWrite) this.#finish(turn.phase === 'asked' ? 'refused' : 'taken_back', guest.person);
  }

  /** Nobody is there to answer or to see: a question is void at once, a turn waits for a reload. */
  #studentLeft(turn: Turn): void {
    if (turn.phase === 'asked') this.#finish('student_away', null);
    else this.#setTimer(turn, { afterMs: STUDENT_AWAY_MS, why: 'student_away' });
  }

  #finish(why: TurnEnding, by: Person | null): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#setTimer(turn, null);
    this.#turn = null;
    const watcher = turn.guest.person;
    if (why === 'refused' && by) this.#options.note({ what: 'refused', by, watcher });
    else this.#options.note({ what: 'ended', by, watcher, why });
    turn.guest.event({ type: 'turn_over', why });
    this.#tell();
  }

  #setTimer(turn: Turn, next: { afterMs: number; why: TurnEnding } | null): void {
    turn.timer?.[Symbol.dispose]();
    turn.timer = next && this.#options.clock.after(next.afterMs, () => this.#finish(next.why, null));
  }

  /** All but a page that is just coming, which is told with its first event. */
  #tell(but?: Guest): void {
    for (const guest of this.#guests) if (guest !== but) guest.event({ type: 'company', ...this.viewFor(guest) });
  }

  #watchers(): Guest[] {
    return [...this.#guests].filter((guest) => !guest.mayWrite);
  }

  #hasStudent(): boolean {
    return [...this.#guests].some((guest) => guest.mayWrite);
  }
}
