import type { Redemption } from '../redemption/redemption.js';

/**
 * A stream's redemptions while it is folded, by id. Events of one mostly come one behind the other: the one asked for last is at hand, and is
 * put back when another is asked for.
 */
export class RedemptionFolds {
  private readonly kept = new Map<string, Redemption>();
  private id = '';
  private current: Redemption | undefined;

  get(id: string): Redemption | undefined {
    if (id !== this.id) {
      this.putBack();
      this.id = id;
      this.current = this.kept.get(id);
    }
    return this.current;
  }

  /** Takes the place of the one that was asked for last. */
  replace(redemption: Redemption): void {
    this.current = redemption;
  }

  /** About in the order in which they began. */
  all(): readonly Redemption[] {
    this.putBack();
    return [...this.kept.values()];
  }

  private putBack(): void {
    if (this.current !== undefined) this.kept.set(this.id, this.current);
  }
}
