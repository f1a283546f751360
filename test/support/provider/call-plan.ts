import { applies, type CallMode, type CallName, type ModeMix } from './call-modes.js';

/** What shall happen to the next calls of a kind. */
export interface PlannedCalls {
  /** Unset: whatever the key. */
  readonly key?: string | undefined;
  readonly call: CallName;
  readonly mode: CallMode;
  /** Unset: once. */
  readonly times?: number | undefined;
  /** Of `slow` and `late`. Unset: as the simulator was told at its start. */
  readonly delayMs?: number | undefined;
}

export interface ChosenMode {
  readonly mode: CallMode;
  readonly delayMs: number;
}

/** Chooses the mode of each call: what was planned, in the order it was planned, and otherwise by chance from a mix. */
export class CallPlan {
  readonly #planned: { readonly planned: PlannedCalls; left: number }[] = [];
  readonly #random: () => number;
  readonly #delayMs: number;
  #mix: ModeMix;

  constructor(options: { readonly seed: number; readonly mix: ModeMix; readonly delayMs: number }) {
    this.#random = seededRandom(options.seed);
    this.#mix = options.mix;
    this.#delayMs = options.delayMs;
  }

  plan(planned: PlannedCalls): void {
    this.#planned.push({ planned, left: planned.times ?? 1 });
  }

  /** From now on; what was planned stays. */
  useMix(mix: ModeMix): void {
    this.#mix = mix;
  }

  forgetPlans(): void {
    this.#planned.length = 0;
  }

  choose(call: CallName, key: string): ChosenMode {
    const index = this.#planned.findIndex(
      ({ planned }) => planned.call === call && (planned.key === undefined || planned.key === key),
    );
    const entry = this.#planned[index];
    if (entry === undefined) return { mode: this.#byChance(call), delayMs: this.#delayMs * this.#random() };
    entry.left -= 1;
    if (entry.left <= 0) this.#planned.splice(index, 1);
    return { mode: entry.planned.mode, delayMs: entry.planned.delayMs ?? this.#delayMs };
  }

  #byChance(call: CallName): CallMode {
    const weights = Object.entries(this.#mix) as [CallMode, number][];
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.#random() * total;
    for (const [mode, weight] of weights) {
      left -= weight;
      if (left < 0) return applies(mode, call) ? mode : 'fine';
    }
    return 'fine';
  }
}

/** The same seed gives the same numbers from 0 up to 1, on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
