import { isPoints, type Points } from '../points.js';
import { DECIMAL_UNIT, divide, formatDecimal, type Decimal } from './decimal.js';
import type { RewardCost, RewardOption } from './reward-option.js';

/** What a caller asks to redeem: points, or for cashback money; a fixed option needs neither. */
export interface AskedCost {
  readonly points: Points | undefined;
  /** In the option's currency. */
  readonly value: Decimal | undefined;
  /** ISO 4217 where the caller named one. */
  readonly currency: string | undefined;
}

/** Why a cost is no cost of this option. Each is a `DomainErrorCode`: such a command is never legal. */
export type CostRefusal =
  'POINTS_COST_MISMATCH' | 'POINTS_REQUIRED' | 'POINTS_NOT_OFFERED' | 'VALUE_NOT_ACCEPTED' | 'CURRENCY_MISMATCH';

export type RedemptionCost =
  | { readonly kind: 'points'; readonly points: Points; readonly discountValue: string }
  | { readonly kind: 'refused'; readonly code: CostRefusal };

/**
 * What a redemption of the option costs, and what its voucher is then worth (`discountValue`, exact). Points for a cashback value are
 * value × pointsPerUnit, rounded as the option says; the worth of points is always rounded down, so that rounding never makes money.
 */
export function costOf(option: Pick<RewardOption, 'cost' | 'discount' | 'currency'>, asked: AskedCost): RedemptionCost {
  const { cost, discount, currency } = option;
  if (asked.currency !== undefined && asked.currency !== currency) return refused('CURRENCY_MISMATCH');
  if (asked.value !== undefined && (cost.kind !== 'cashback' || asked.points !== undefined)) {
    return refused('VALUE_NOT_ACCEPTED');
  }
  switch (cost.kind) {
    case 'fixed':
      if (asked.points !== undefined && asked.points !== cost.points) return refused('POINTS_COST_MISMATCH');
      return costs(cost.points, discount.value);
    case 'variable': {
      const { points } = asked;
      if (points === undefined) return refused('POINTS_REQUIRED');
      if (!isOffered(cost, points)) return refused('POINTS_NOT_OFFERED');
      return costs(points, (points * discount.value) / cost.stepPoints);
    }
    case 'cashback': {
      const points = asked.points ?? pointsForValue(cost, asked.value);
      if (points === undefined) return refused('POINTS_REQUIRED');
      if (!isOffered(cost, points)) return refused('POINTS_NOT_OFFERED');
      return costs(points, asked.value ?? worthOfPoints(cost, points));
    }
  }
}

/** Whole points for a value: value × pointsPerUnit, both with four places. */
function pointsForValue(
  { pointsPerUnit, rounding }: RewardCost & { readonly kind: 'cashback' },
  value: Decimal | undefined,
): Points | undefined {
  return value === undefined ? undefined : divide(value * pointsPerUnit, DECIMAL_UNIT * DECIMAL_UNIT, rounding);
}

function worthOfPoints({ pointsPerUnit }: RewardCost & { readonly kind: 'cashback' }, points: Points): Decimal {
  return (points * DECIMAL_UNIT * DECIMAL_UNIT) / pointsPerUnit;
}

function isOffered(cost: Exclude<RewardCost, { readonly kind: 'fixed' }>, points: Points): boolean {
  if (!isPoints(points) || points < cost.minPoints || points > (cost.maxPoints ?? points)) return false;
  return cost.kind === 'cashback' || (points - cost.minPoints) % cost.stepPoints === 0n;
}

/** The fewest points a redemption of the option takes. */
export function leastPoints(cost: RewardCost): Points {
  return cost.kind === 'fixed' ? cost.points : cost.minPoints;
}

/** The most points out of `available` that the option would take; undefined where not even the fewest are there. */
export function mostPoints(cost: RewardCost, available: Points): Points | undefined {
  const least = leastPoints(cost);
  if (available < least) return undefined;
  if (cost.kind === 'fixed') return least;
  const bound = cost.maxPoints !== undefined && cost.maxPoints < available ? cost.maxPoints : available;
  return cost.kind === 'cashback' ? bound : bound - ((bound - least) % cost.stepPoints);
}

function costs(points: Points, worth: Decimal): RedemptionCost {
  return { kind: 'points', points, discountValue: formatDecimal(worth) };
}

function refused(code: CostRefusal): RedemptionCost {
  return { kind: 'refused', code };
}
