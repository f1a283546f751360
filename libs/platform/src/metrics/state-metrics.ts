import { Gauge, type Registry } from 'prom-client';

/** How everything stands in the database, whichever process asks. Seconds are ages; 0 where there is none. */
export interface StateFigures {
  readonly unfinished: Readonly<Record<string, number>>;
  readonly holds: number;
  readonly heldPoints: number;
  readonly oldestUnfinishedSeconds: number;
  readonly flagged: number;
  readonly oldestFlaggedSeconds: number;
  readonly overdueSeconds: number;
}

const FRESH_MS = 5_000;
/** Reading takes at most this part of the time, however much there is to read and however often somebody scrapes. */
const BUSY_PART = 1 / 20;

/**
 * Gauges that are read from the database when somebody scrapes, no more often than they are cheap. Where they can't be read they keep
 * their last value, and their age says so.
 */
export class StateMetrics {
  readonly #registry: Registry;
  readonly #read: () => Promise<StateFigures>;
  #figures: StateFigures | undefined;
  #readAtMs = performance.now();
  #freshUntilMs = 0;
  #reading: Promise<void> | undefined;

  constructor(registry: Registry, read: () => Promise<StateFigures>) {
    this.#registry = registry;
    this.#read = read;
    this.#gauge('holdfast_holds_outstanding', 'Redemptions whose points are on hold.', (f) => f.holds);
    this.#gauge('holdfast_held_points', 'Points on hold in wallets with unfinished redemptions.', (f) => f.heldPoints);
    this.#gauge(
      'holdfast_oldest_unfinished_redemption_seconds',
      'Age of the oldest redemption that is under way; holds that wait for their order are not.',
      (f) => f.oldestUnfinishedSeconds,
    );
    this.#gauge('holdfast_flagged_redemptions', 'Redemptions that a person should look at.', (f) => f.flagged);
    this.#gauge(
      'holdfast_oldest_flagged_redemption_seconds',
      'How long the oldest of them has waited for a person.',
      (f) => f.oldestFlaggedSeconds,
    );
    this.#gauge(
      'holdfast_due_work_overdue_seconds',
      'How long the oldest work that is due has waited to be taken up.',
      (f) => f.overdueSeconds,
    );
    this.#unfinished();
    this.#age();
  }

  #gauge(name: string, help: string, figure: (figures: StateFigures) => number): void {
    const figures = () => this.#fresh();
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        const read = await figures();
        if (read !== undefined) this.set(figure(read));
      },
    });
  }

  #unfinished(): void {
    const figures = () => this.#fresh();
    new Gauge({
      name: 'holdfast_unfinished_redemptions',
      help: 'Redemptions that the saga still has to look at, by status.',
      labelNames: ['status'],
      registers: [this.#registry],
      async collect() {
        for (const [status, count] of Object.entries((await figures())?.unfinished ?? {})) this.set({ status }, count);
      },
    });
  }

  #age(): void {
    const ageSeconds = async () => {
      await this.#fresh();
      return (performance.now() - this.#readAtMs) / 1_000;
    };
    new Gauge({
      name: 'holdfast_state_age_seconds',
      help: 'How long ago the figures that stand in the database were read.',
      registers: [this.#registry],
      async collect() {
        this.set(await ageSeconds());
      },
    });
  }

  async #fresh(): Promise<StateFigures | undefined> {
    if (performance.now() >= this.#freshUntilMs) {
      this.#reading ??= this.#refresh().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
    return this.#figures;
  }

  async #refresh(): Promise<void> {
    const startedMs = performance.now();
    try {
      this.#figures = await this.#read();
      this.#readAtMs = performance.now();
    } catch {
      // The age of the figures says it, and the process's readiness says why.
    }
    const tookMs = performance.now() - startedMs;
    this.#freshUntilMs = performance.now() + Math.max(FRESH_MS, tookMs / BUSY_PART);
  }
}
