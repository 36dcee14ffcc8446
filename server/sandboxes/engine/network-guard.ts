import { setTimeout as delay } from 'node:timers/promises';
import { log } from '#server/log.ts';
import { guardBridge, portCount } from './bridges.ts';
import { bridgesOf, type EnginePlan } from './engine-plan.ts';
import { applyFirewall, type Imprint, missingRules, removeFirewall } from './firewall.ts';
import type { Surroundings } from './firewall-rules.ts';
import { closeForwarding, type ForwardingNeed, isForwardingOurs, openForwarding } from './forwarding.ts';
import { hostResolvers } from './resolvers.ts';
import { RuleEvents } from './rule-events.ts';
import { wasTakenDown } from './taken-down.ts';

const LOOK_EVERY_MS = 2_000;
/** Many rules change together: one look for all of them. */
const SETTLE_MS = 50;
const KEPT_REPAIRS = 20;

/** A rule that somebody took away, and that is back. */
export type Repair = { at: string; what: string };

const surroundings = async (): Promise<Surroundings> => ({
  resolvers: await hostResolvers(),
  isForwardingOurs: await isForwardingOurs(),
});

/** Keeps an engine's firewall rules, bridges and ports as they must be for as long as the engine runs. */
export class NetworkGuard {
  readonly #plan: EnginePlan;
  readonly #onRepair: () => void;
  readonly #events = new RuleEvents(() => this.#lookSoon());
  readonly #known = new Set<string>();
  #imprints: Imprint[] = [];
  #applied = '';
  #gaps: string[] = [];
  #repairs: Repair[] = [];
  #building = 0;
  #watch: symbol | null = null;
  #soon: NodeJS.Timeout | null = null;
  /** One look or change at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(plan: EnginePlan, onRepair: () => void) {
    this.#plan = plan;
    this.#onRepair = onRepair;
  }

  /** What this host does not enforce, or not at this moment. */
  get gaps(): readonly string[] {
    return this.#gaps;
  }

  /** Newest first. */
  get repairs(): readonly Repair[] {
    return this.#repairs;
  }

  /** Puts everything in place, whatever is there; the bridges have to exist. */
  establish(): Promise<void> {
    return this.#inTurn(async () => {
      for (const bridge of bridgesOf(this.#plan)) await guardBridge(bridge, this.#known);
      await this.#apply();
    });
  }

  watch(): void {
    const watch = Symbol('watch');
    this.#watch = watch;
    this.#run(watch).catch((error: unknown) => log.error('network.watch_ended', error));
  }

  release(): void {
    this.#watch = null;
    this.#events.stop();
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
  }

  /** Before a sandbox that may go out begins; when the last of them has gone, a look closes it again. */
  openInternet(): Promise<void> {
    return this.#inTurn(() => this.#forward('internet', true));
  }

  async openBuild(): Promise<AsyncDisposable> {
    this.#building += 1;
    await this.#inTurn(() => this.#forward('build', true));
    let isOpen = true;
    return {
      [Symbol.asyncDispose]: async () => {
        if (!isOpen) return;
        isOpen = false;
        this.#building -= 1;
        if (this.#building === 0) await this.#inTurn(() => this.#forward('build', false));
      },
    };
  }

  /** Takes away every rule, and the forwarding that was for us. */
  remove(): Promise<void> {
    this.release();
    return this.#inTurn(async () => {
      await closeForwarding(this.#plan, 'internet');
      await closeForwarding(this.#plan, 'build');
      await removeFirewall(this.#plan);
      this.#imprints = [];
      this.#applied = '';
      this.#gaps = [];
    });
  }

  async #run(watch: symbol): Promise<void> {
    while (this.#watch === watch) {
      this.#events.listen();
      await this.#look().catch((error: unknown) => log.error('network.look_failed', error));
      await delay(LOOK_EVERY_MS, undefined, { ref: false });
    }
  }

  #lookSoon(): void {
    if (this.#watch === null) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#look().catch((error: unknown) => log.error('network.look_failed', error));
    }, SETTLE_MS).unref();
  }

  #look(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#watch === null || this.#imprints.length === 0 || (await wasTakenDown(this.#plan))) return;
      const changed = (
        await Promise.all(bridgesOf(this.#plan).map((bridge) => guardBridge(bridge, this.#known)))
      ).flat();
      await this.#forward('internet', (await portCount(this.#plan.networks.internet)) > 0);
      const missing = await missingRules(this.#plan, this.#imprints);
      if (missing.length > 0) await this.#restore(missing);
      if (changed.length > 0) this.#note(changed);
    });
  }

  async #restore(missing: string[]): Promise<void> {
    if (this.#watch === null || (await wasTakenDown(this.#plan))) return;
    this.#gaps = missing;
    this.#onRepair();
    await this.#apply();
    // Another process may have taken the engine down under our hands: then the rules are not missed.
    if (await wasTakenDown(this.#plan)) await removeFirewall(this.#plan);
    else this.#note(missing);
  }

  async #apply(): Promise<void> {
    const now = await surroundings();
    const { imprints, gaps } = await applyFirewall(this.#plan, now);
    for (const gap of gaps) if (!this.#gaps.includes(gap)) log.warn('network.firewall_gap', { gap });
    this.#imprints = imprints;
    this.#gaps = gaps;
    this.#applied = JSON.stringify(now);
  }

  /** Follows what forwarding is needed for, and the rules that depend on it and on the machine's name servers. */
  async #forward(need: ForwardingNeed, isNeeded: boolean): Promise<void> {
    if (isNeeded) await openForwarding(this.#plan, need);
    else await closeForwarding(this.#plan, need);
    if (this.#imprints.length > 0 && JSON.stringify(await surroundings()) !== this.#applied) await this.#apply();
  }

  #note(what: string[]): void {
    log.warn('network.repaired', { what });
    const at = new Date().toISOString();
    this.#repairs = [...what.map((line) => ({ at, what: line })), ...this.#repairs].slice(0, KEPT_REPAIRS);
    this.#onRepair();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
