import {
  leastPoints,
  parseDecimal,
  type AssessedOption,
  type Decimal,
  type DiscountType,
  type Obstacle,
} from '#domain';
import { int32Of, numberOf } from '../fields.js';
import type { RewardAnswer } from './available.schema.js';

const requirements: Record<Obstacle, string> = {
  disabled: 'The reward was taken off the shelf.',
  ended: 'The reward can no longer be redeemed.',
  not_started: 'The reward can’t be redeemed yet.',
  wrong_weekday: 'The reward can’t be redeemed on this day of the week.',
  wrong_tier: 'The reward is for customers of another tier.',
  tag_missing: 'The reward is for other customers.',
  not_first_purchase: 'The reward is for a first purchase.',
  purchase_too_small: 'The purchase is too small for this reward.',
  out_of_stock: 'The reward is out of stock.',
  limit_reached: 'The customer has redeemed this reward as often as allowed.',
  insufficient_points: 'The customer does not have enough points.',
};

/** The calls of this dialect name points of cashback alone (dialects.md §6). */
const NOT_HERE = 'The reward takes a number of points, which this API cannot say.';

const rewardTypes: Record<DiscountType, number> = { fixed_amount: 0, percentage: 1, free_shipping: 2 };
const CASHBACK = 3;

/** What a customer can do with a reward for a purchase of `eligible`, and why not. */
export function rewardAnswer(assessed: AssessedOption, eligible: Decimal | undefined): RewardAnswer {
  const { option, obstacles } = assessed;
  const { cost, discount } = option;
  const isCashback = cost.kind === 'cashback';
  const reasons = obstacles.map((obstacle) => requirements[obstacle]);
  if (cost.kind === 'variable') reasons.push(NOT_HERE);
  const worth = isCashback ? worthOf(assessed) : 0n;
  return {
    Id: option.id,
    Title: option.name,
    RewardType: isCashback ? CASHBACK : rewardTypes[discount.type],
    Value: numberOf(isCashback ? worth : discount.value),
    CanSelectValue: isCashback,
    IsCashback: isCashback,
    Requirements: reasons.length === 0 ? null : reasons.join(' '),
    AvailableCashback: numberOf(worth),
    MaxCashbackForCurrentPurchase: numberOf(eligible !== undefined && eligible < worth ? eligible : worth),
    CanUse: reasons.length === 0,
    Points: int32Of(leastPoints(cost)),
    RewardCanBeCumulative: false,
  };
}

/** What the customer's points are worth as cashback, at most. */
function worthOf({ mostDiscountValue = '0' }: AssessedOption): Decimal {
  return parseDecimal(mostDiscountValue) ?? 0n;
}
