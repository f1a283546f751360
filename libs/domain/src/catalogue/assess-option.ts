import type { Points } from '../points.js';
import type { Decimal } from './decimal.js';
import { ineligibilities, type CustomerFacts, type Ineligibility, type LocalMoment } from './eligibility.js';
import { countersOf, refusalOfCounter } from './option-counters.js';
import { costOf, leastPoints, mostPoints } from './redemption-cost.js';
import type { RewardOption } from './reward-option.js';

/** Why a reward can't be used now. */
export type Obstacle = Ineligibility | 'out_of_stock' | 'limit_reached' | 'insufficient_points';

/** What a customer can do with an option at this moment: a forecast, since only the reservation takes anything. */
export interface AssessedOption {
  readonly option: RewardOption;
  readonly canUse: boolean;
  /** Every reason why not, none when it can be used. */
  readonly obstacles: readonly Obstacle[];
  readonly leastPoints: Points;
  /** The most that the balance allows; undefined where it doesn't even reach `leastPoints`. */
  readonly mostPoints: Points | undefined;
  /** What the voucher for `mostPoints` would be worth, a decimal in the option's currency or percent. */
  readonly mostDiscountValue: string | undefined;
}

export interface AssessedCustomer extends CustomerFacts {
  readonly walletId: string;
  readonly available: Points;
}

/** What can be used, and why not. `taken` has how many are taken of the counters that the option names; absent ones are 0. */
export function assessOption(
  option: RewardOption,
  customer: AssessedCustomer,
  purchaseAmount: Decimal | undefined,
  moment: LocalMoment,
  taken: ReadonlyMap<string, bigint>,
): AssessedOption {
  const obstacles: Obstacle[] = [...ineligibilities(option, customer, purchaseAmount, moment)];
  for (const { counter, max } of countersOf(option, customer.walletId, moment)) {
    const reason = refusalOfCounter(counter);
    if ((taken.get(counter) ?? 0n) >= max && !obstacles.includes(reason)) obstacles.push(reason);
  }
  const most = mostPoints(option.cost, customer.available);
  if (most === undefined) obstacles.push('insufficient_points');
  return {
    option,
    canUse: obstacles.length === 0,
    obstacles,
    leastPoints: leastPoints(option.cost),
    mostPoints: most,
    mostDiscountValue: most === undefined ? undefined : worthOf(option, most),
  };
}

function worthOf(option: RewardOption, points: Points): string | undefined {
  const cost = costOf(option, { points, value: undefined, currency: undefined });
  return cost.kind === 'points' ? cost.discountValue : undefined;
}
