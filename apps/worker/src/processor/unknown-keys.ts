import type { LoadedRedemption } from '#ledger';

const KEPT_MAX = 10_000;

/**
 * Redemptions whose key the provider has just said it does not know, so that another attempt may follow in a look of its own. It is this
 * process's memory alone: whoever does not know it asks again.
 */
export class UnknownKeys {
  private readonly attempts = new Map<string, number>();

  note({ redemption: { id, calls } }: LoadedRedemption): void {
    if (this.attempts.size >= KEPT_MAX) this.attempts.clear();
    this.attempts.set(id, calls.attempts);
  }

  /** Whether it was said after the newest attempt. It holds once. */
  take({ redemption: { id, calls } }: LoadedRedemption): boolean {
    const attempts = this.attempts.get(id);
    return this.attempts.delete(id) && attempts === calls.attempts;
  }
}
