import type { Command } from '../command.js';
import type { FailureReason, OptionTerms } from '../event/event-schemas.js';
import type { Redemption } from '../redemption/redemption.js';
import type { LimitsFound } from '../unfolding.js';
import type { LocalMoment } from './eligibility.js';
import type { RewardOption } from './reward-option.js';

/** A counter that a reservation takes one of, and how many may be taken in all. */
export type CounterLimit = OptionTerms['limits'][number];

const STOCK = 'stock:';

/**
 * The counters that a redemption of the option counts in. Their names stand in `RedemptionRequested`, so that whoever folds
 * the events needs no catalogue and no calendar: `stock:12`, `customer:12:<wallet>`, `day:12:<wallet>:2026-11-22`.
 */
export function countersOf(
  { id, limits }: Pick<RewardOption, 'id' | 'limits'>,
  walletId: string,
  moment: LocalMoment,
): readonly CounterLimit[] {
  const { stock, perCustomer, perCustomerAndPeriod: periodic } = limits;
  const counters: CounterLimit[] = [];
  if (stock !== undefined) counters.push({ counter: `${STOCK}${id}`, max: stock });
  if (perCustomer !== undefined) counters.push({ counter: `customer:${id}:${walletId}`, max: perCustomer });
  if (periodic !== undefined) {
    const { period, max } = periodic;
    counters.push({ counter: `${period}:${id}:${walletId}:${moment[period]}`, max });
  }
  return counters;
}

/** What a redemption is refused with when this counter is full. */
export function refusalOfCounter(counter: string): FailureReason & ('out_of_stock' | 'limit_reached') {
  return counter.startsWith(STOCK) ? 'out_of_stock' : 'limit_reached';
}

const none: readonly string[] = [];

/**
 * The counters that a redemption counts in as it stands: from its reservation on, until its points go back by release or expiry; a
 * reversal of the whole gives them back only where the option said so.
 */
export function countersTaken({ status, terms }: Redemption): readonly string[] {
  if (terms === undefined || terms.limits.length === 0) return none;
  if (status === 'requested' || status === 'failed' || status === 'released' || status === 'expired') return none;
  if (status === 'reversed' && terms.limitsReturnOnRefund) return none;
  return terms.limits.map(({ counter }) => counter);
}

/** What the counters say to a reservation of this redemption: the first that is full refuses it. */
export function limitsFound({ terms }: Redemption, takenOf: (counter: string) => bigint): LimitsFound {
  const full = terms?.limits.find(({ counter, max }) => takenOf(counter) >= max);
  return full === undefined ? 'free' : refusalOfCounter(full.counter);
}

/**
 * The counters that a command may change, given the redemption it finds: whoever decides it holds their locks. It may name counters
 * that stay as they are, never leave out one that changes. A voucher that is issued, the usual case, never gives anything back.
 */
export function countersAtStake(command: Command, r: Redemption): readonly string[] {
  if (r.terms === undefined || r.terms.limits.length === 0) return none;
  return mayChange(command, r) ? r.terms.limits.map(({ counter }) => counter) : none;
}

function mayChange(command: Command, { status, terms }: Redemption): boolean {
  switch (status) {
    case 'requested':
      return command.type !== 'ReleaseRedemption';
    case 'reserved':
    case 'releasing':
      if (command.type === 'RecordCallAnswer') return command.answer.kind !== 'issued';
      return command.type !== 'CommitRedemption' && command.type !== 'ApplyOrder' && command.type !== 'FlagRedemption';
    case 'committed':
    case 'reversing':
      return (
        terms?.limitsReturnOnRefund === true && command.type !== 'CommitRedemption' && command.type !== 'ApplyOrder'
      );
    // What has gone back is taken again only by a late order.
    default:
      return command.type === 'ApplyOrder' || (status === 'reversed' && terms?.limitsReturnOnRefund === true);
  }
}

/** What all counters should show: how many of these redemptions count in each. Counters that nobody counts in are left out. */
export function foldCounters(redemptions: Iterable<Redemption>): Map<string, bigint> {
  const taken = new Map<string, bigint>();
  for (const redemption of redemptions) {
    for (const counter of countersTaken(redemption)) taken.set(counter, (taken.get(counter) ?? 0n) + 1n);
  }
  return taken;
}
