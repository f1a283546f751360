import { DECIMAL_UNIT, divide, type Decimal, type RewardOption } from '#domain';
import { int32Of } from '../fields.js';
import type { OptionAnswer } from './redemption-options.schema.js';

const CENTS = 100n;

/** An option in Yotpo's words. @throws ApiError NUMBER_OUT_OF_RANGE where an integer of the dialect can't say it */
export function optionAnswer(option: RewardOption): OptionAnswer {
  const { id, name, cost, discount, currency } = option;
  const isMoney = discount.type === 'fixed_amount';
  const isVariable = cost.kind !== 'fixed';
  const points = cost.kind === 'fixed' ? cost.points : cost.minPoints;
  const cents = isMoney ? centsOf(discount.value) : null;
  return {
    id,
    name,
    description: name,
    icon: null,
    cost_text: isVariable ? `${String(points)}+ Points` : `${String(points)} Points`,
    amount: int32Of(points),
    applies_to_product_type: 'ALL',
    duration: 'single_use',
    type: 'Coupon',
    discount_type: discountTypeOf(option),
    discount_amount_cents: isVariable ? null : cents,
    discount_rate_cents: rateCentsOf(option),
    discount_value_cents: cents,
    discount_percentage: discount.type === 'percentage' ? Number(discount.value) / Number(DECIMAL_UNIT) : null,
    currency,
  };
}

/** `fixed_amount`, `percentage`, `shipping`; options whose points the caller chooses are `generic_variable`. */
export function discountTypeOf({ cost, discount }: RewardOption): string {
  if (cost.kind !== 'fixed') return 'generic_variable';
  return discount.type === 'free_shipping' ? 'shipping' : discount.type;
}

/** What one point is worth of a cashback option, one step of a variable one; in cents, rounded down. */
function rateCentsOf({ cost, discount }: RewardOption): number | null {
  if (cost.kind === 'variable') return discount.type === 'fixed_amount' ? centsOf(discount.value) : null;
  if (cost.kind === 'cashback') return int32Of(divide(CENTS * DECIMAL_UNIT, cost.pointsPerUnit, 'down'));
  return null;
}

function centsOf(value: Decimal): number {
  return int32Of(divide(value * CENTS, DECIMAL_UNIT, 'down'));
}
