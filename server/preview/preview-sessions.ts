import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#server/clock.ts';

/** From the click to the preview's first answer. */
const TICKET_LIFETIME_MS = 30_000;
/** A preview that nobody asked for anything this long is opened anew from the terminal. */
const SESSION_IDLE_MS = 30 * 60_000;
/** So long an answer of the permission table holds. */
const ASK_AGAIN_MS = 15_000;
/** Previews that one server keeps open; the oldest go first. */
const MAX_SESSIONS = 5_000;

export type PreviewGrant = {
  seatId: string;
  port: number;
  /** The one host that it is good for. */
  host: string;
  isHttps: boolean;
  /** The host is used by one preview after the other. */
  isShared: boolean;
  /** In whose words faults are told. */
  language: string;
  /** Asks again whether who opened it is still signed in and still may; rejects with a code when not. */
  ask: () => Promise<void>;
};

type Session = { grant: PreviewGrant; usedAt: number; askedAt: number };

const hashed = (token: string) => createHash('sha256').update(token).digest('hex');
const newToken = () => randomBytes(32).toString('base64url');

/** Tickets that are good once, and the sessions that they become. In memory: a restart closes every preview. */
export class PreviewSessions {
  readonly #clock: Clock;
  readonly #tickets = new Map<string, { grant: PreviewGrant; endsAt: number }>();
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For one browser on its way to the preview. */
  issue(grant: PreviewGrant): string {
    const ticket = newToken();
    this.#forgetOld();
    this.#tickets.set(hashed(ticket), { grant, endsAt: this.#now + TICKET_LIFETIME_MS });
    return ticket;
  }

  /** The session's token; null for a ticket that was used, has run out, or is of another host. */
  redeem(ticket: string, host: string): { token: string; grant: PreviewGrant } | null {
    const key = hashed(ticket);
    const found = this.#tickets.get(key);
    this.#tickets.delete(key);
    if (!found || found.endsAt <= this.#now || found.grant.host !== host) return null;
    const token = newToken();
    this.#sessions.set(hashed(token), { grant: found.grant, usedAt: this.#now, askedAt: this.#now });
    return { token, grant: found.grant };
  }

  /** The session's grant, asked again from time to time; null where there is none. Rejects with what was refused. */
  async find(token: string, host: string): Promise<PreviewGrant | null> {
    const key = hashed(token);
    const session = this.#sessions.get(key);
    if (!session || session.grant.host !== host) return null;
    if (session.usedAt + SESSION_IDLE_MS <= this.#now) {
      this.#sessions.delete(key);
      return null;
    }
    session.usedAt = this.#now;
    if (session.askedAt + ASK_AGAIN_MS > this.#now) return session.grant;
    // Refused once, it is asked at each request: whoever signs in again goes on.
    await session.grant.ask();
    session.askedAt = this.#now;
    return session.grant;
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  #forgetOld(): void {
    for (const [key, { endsAt }] of this.#tickets) if (endsAt <= this.#now) this.#tickets.delete(key);
    for (const [key, { usedAt }] of this.#sessions)
      if (usedAt + SESSION_IDLE_MS <= this.#now || this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(key);
  }
}
