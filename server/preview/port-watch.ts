import type { Clock } from '#server/clock.ts';
import { errorCode } from '#server/errors.ts';
import type { LiveHub } from '#server/live/hub.ts';
import { log } from '#server/log.ts';
import type { SandboxManager } from '#server/sandboxes/manager.ts';
import type { TerminalRegistry } from '#server/terminals/registry.ts';
import { listeningPorts } from './listening-ports.ts';

/** After the last sign of life at which something may have begun to listen: its command is known by then. */
const GLANCE_MS = 1_200;
/** After a command began or ended: servers take a moment to listen. */
const LOOKS_MS = [0, 3_000, 10_000] as const;
/** While a program goes on and prints, or where nobody can tell whether one does. */
const BUSY_EVERY_MS = 15_000;
/** A look is a command in the sandbox: a class that starts its servers at once is looked at in turn. */
const LOOKS_AT_ONCE = 2;
const LOOK_TIMEOUT_MS = 5_000;
const LOOK_BYTES = 256 * 1024;

export type PortWatchOptions = {
  sandboxes: Pick<SandboxManager, 'find' | 'onChange'>;
  terminals: Pick<TerminalRegistry, 'onActivity' | 'isBusy' | 'recentCommands' | 'hasShellIntegration'>;
  hub: Pick<LiveHub, 'publish' | 'isOnline' | 'onPresence'>;
  clock: Clock;
};

type Seat = {
  ports: readonly number[];
  story: string;
  lookedAt: number;
  glance: Disposable | null;
  /** There was a sign of life since the glance was put off. */
  isStirred: boolean;
  due: Disposable[];
};

/** Nothing was run since the sandbox is there. */
const NOTHING_RUN = 'idle 0';

/**
 * Notices what begins to listen in a sandbox, and tells its page. It looks only after a command began or ended, or now
 * and then while one goes on, and only while a page is open: who reads, or has left, costs nothing.
 */
export class PortWatch {
  readonly #options: PortWatchOptions;
  readonly #seats = new Map<string, Seat>();
  readonly #queue = new Set<string>();
  readonly #subscriptions = new DisposableStack();
  #looking = 0;

  constructor(options: PortWatchOptions) {
    this.#options = options;
    const { terminals, hub, sandboxes } = options;
    this.#subscriptions.use(terminals.onActivity((seatId) => this.#stirred(seatId)));
    this.#subscriptions.use(hub.onPresence((seatId, online) => (online ? this.#stirred(seatId) : this.#rest(seatId))));
    this.#subscriptions.use(
      sandboxes.onChange((seatId, { phase }) => {
        if (phase !== 'ready') this.#forget(seatId);
      }),
    );
  }

  /** As they were seen last. */
  ports(seatId: string): readonly number[] {
    return this.#seats.get(seatId)?.ports ?? [];
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const seatId of [...this.#seats.keys()]) this.#rest(seatId);
    this.#queue.clear();
  }

  #stirred(seatId: string): void {
    if (!this.#options.hub.isOnline(seatId)) return;
    const seat = this.#seat(seatId);
    // Signs of life come once a second: what followed one is seen by a glance that is later than that.
    if (seat.glance === null) this.#glanceLater(seatId, seat);
    else seat.isStirred = true;
  }

  #glanceLater(seatId: string, seat: Seat): void {
    seat.isStirred = false;
    seat.glance = this.#options.clock.after(GLANCE_MS, () => {
      seat.glance = null;
      this.#glance(seatId, seat);
      if (seat.isStirred) this.#glanceLater(seatId, seat);
    });
  }

  /** Costs nothing: whether something began or ended is known without asking the sandbox. */
  #glance(seatId: string, seat: Seat): void {
    const { terminals, clock } = this.#options;
    const isBusy = terminals.isBusy(seatId);
    const commands = terminals.recentCommands(seatId);
    const story = `${isBusy ? 'busy' : 'idle'} ${commands.at(-1)?.endedAt.getTime() ?? 0}`;
    const isUnclear = isBusy || !terminals.hasShellIntegration(seatId);
    if (story !== seat.story) {
      seat.story = story;
      endAll(seat.due);
      seat.due = LOOKS_MS.map((ms) => clock.after(ms, () => this.#enqueue(seatId)));
    } else if (isUnclear && clock.now().getTime() - seat.lookedAt >= BUSY_EVERY_MS) this.#enqueue(seatId);
  }

  #enqueue(seatId: string): void {
    this.#queue.add(seatId);
    while (this.#looking < LOOKS_AT_ONCE) {
      const [next] = this.#queue;
      if (next === undefined) return;
      this.#queue.delete(next);
      this.#looking += 1;
      void this.#look(next).finally(() => {
        this.#looking -= 1;
        const [waiting] = this.#queue;
        if (waiting !== undefined) this.#enqueue(waiting);
      });
    }
  }

  /** Never rejects: what could not be seen now is seen after the next command. */
  async #look(seatId: string): Promise<void> {
    const { sandboxes, hub, clock } = this.#options;
    const sandbox = sandboxes.find(seatId);
    const seat = this.#seats.get(seatId);
    if (!sandbox?.capabilities.includes('ports') || !seat || !hub.isOnline(seatId)) return;
    seat.lookedAt = clock.now().getTime();
    try {
      const { stdout } = await sandbox.exec({
        argv: ['cat', '/proc/net/tcp', '/proc/net/tcp6'],
        user: 'student',
        timeoutMs: LOOK_TIMEOUT_MS,
        maxOutputBytes: LOOK_BYTES,
      });
      if (this.#seats.get(seatId) === seat) this.#tell(seatId, listeningPorts(stdout));
    } catch (error) {
      log.debug('ports.not_seen', { seatId, code: errorCode(error) });
    }
  }

  #tell(seatId: string, ports: number[]): void {
    const seat = this.#seat(seatId);
    if (seat.ports.join() === ports.join()) return;
    seat.ports = ports;
    this.#options.hub.publish(`enrollment:${seatId}`, { type: 'ports', ports });
  }

  #seat(seatId: string): Seat {
    const known = this.#seats.get(seatId);
    if (known) return known;
    const seat: Seat = {
      ports: [],
      story: NOTHING_RUN,
      lookedAt: Number.NEGATIVE_INFINITY,
      glance: null,
      isStirred: false,
      due: [],
    };
    this.#seats.set(seatId, seat);
    return seat;
  }

  /** Nobody looks at the page: what was seen is kept for when they come back. */
  #rest(seatId: string): void {
    const seat = this.#seats.get(seatId);
    if (!seat) return;
    seat.glance?.[Symbol.dispose]();
    seat.glance = null;
    endAll(seat.due);
    // What happens meanwhile is looked at when somebody comes back; where nothing ran, nothing can listen.
    if (seat.story !== NOTHING_RUN) seat.story = '';
    this.#queue.delete(seatId);
  }

  #forget(seatId: string): void {
    if (!this.#seats.has(seatId)) return;
    this.#rest(seatId);
    if (this.ports(seatId).length > 0) this.#tell(seatId, []);
    this.#seats.delete(seatId);
  }
}

function endAll(due: Disposable[]): void {
  for (const one of due.splice(0)) one[Symbol.dispose]();
}
