import type { OutsideProvider } from '#vouchers';

/** Given back when the attempt is over. */
export type Turn = () => void;

const FREE: Turn = () => undefined;

/**
 * Who may start an attempt at a provider in trouble. While its breaker is open nobody does: an attempt on record that is never sent would
 * be two events for nothing, with each of the redemptions that wait, again and again. When the breaker's pause is over one of them tries.
 */
export class ProviderTurns {
  private readonly trying = new WeakSet<OutsideProvider>();

  /** @returns undefined while the provider is to be left alone. */
  take(outside: OutsideProvider): Turn | undefined {
    const condition = outside.condition?.();
    if (condition === undefined || condition.breaker === 'closed') return FREE;
    if (condition.isShut || this.trying.has(outside)) return undefined;
    this.trying.add(outside);
    return () => this.trying.delete(outside);
  }
}
