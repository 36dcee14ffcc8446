import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import { costOf, type HostFacts, type Measured, seatsOf } from './capacity-model.ts';
import type { Limits } from './driver.ts';

type CapacityMeterOptions = {
  clock: Clock;
  facts: () => Promise<HostFacts>;
  /** What a sandbox gets where nobody says otherwise. */
  limits: () => Limits;
  setting: number | null;
  /** Of each sandbox that is ready. */
  measured: () => Promise<Measured[]>;
};

const LOOK_EVERY_MS = 60_000;

/** How many sandboxes this machine carries: looked at from time to time, answered at once. */
export class CapacityMeter {
  readonly #options: CapacityMeterOptions;
  #facts: HostFacts;
  #measured: Measured[] = [];
  #timer: Disposable | null = null;

  constructor(options: CapacityMeterOptions, facts: HostFacts) {
    this.#options = options;
    this.#facts = facts;
  }

  static async open(options: CapacityMeterOptions): Promise<CapacityMeter> {
    return new CapacityMeter(options, await options.facts());
  }

  /** As it was when the machine was looked at last. */
  model() {
    const { limits, setting } = this.#options;
    const measured = this.#measured;
    return seatsOf({ facts: this.#facts, cost: costOf(limits(), measured), used: measured.length, setting });
  }

  start(): void {
    this.#timer = this.#options.clock.every(LOOK_EVERY_MS, () => {
      this.look().catch((error: unknown) => log.warn('capacity.not_measured', { err: error }));
    });
  }

  async look(): Promise<void> {
    this.#facts = await this.#options.facts();
    this.#measured = await this.#options.measured();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}
