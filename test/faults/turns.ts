import type { SeededRandom } from '../support/ledger/seeded-random.js';

/** What comes next, in turns that are shuffled: every kind comes before any comes again. */
export class Turns<Kind> {
  /** How often every kind has come. */
  rounds = 0;
  private left: Kind[] = [];

  constructor(
    private readonly kinds: readonly [Kind, ...Kind[]],
    private readonly random: SeededRandom,
  ) {}

  next(): Kind {
    if (this.left.length === 0) this.left = [...this.kinds];
    const next = this.left.splice(this.random.below(this.left.length), 1)[0] ?? this.kinds[0];
    if (this.left.length === 0) this.rounds += 1;
    return next;
  }
}
