import type { DiscountType, ExpirationPreset } from '../event/event-schemas.js';
import type { Instant } from '../instant.js';
import type { Points } from '../points.js';
import type { Decimal, Rounding } from './decimal.js';

/** Always the same number of points. */
export interface FixedCost {
  readonly kind: 'fixed';
  readonly points: Points;
}

/** The caller says how many: `minPoints`, or that and any number of steps, up to `maxPoints`. */
export interface VariableCost {
  readonly kind: 'variable';
  readonly minPoints: Points;
  readonly maxPoints: Points | undefined;
  readonly stepPoints: Points;
}

/** The caller says how much money, or how many points; `pointsPerUnit` points pay for one unit of the currency. */
export interface CashbackCost {
  readonly kind: 'cashback';
  readonly pointsPerUnit: Decimal;
  /** How a value's points become whole. */
  readonly rounding: Rounding;
  readonly minPoints: Points;
  readonly maxPoints: Points | undefined;
}

export type RewardCost = FixedCost | VariableCost | CashbackCost;
export const rewardKinds = ['fixed', 'variable', 'cashback'] as const satisfies readonly RewardCost['kind'][];
export type RewardKind = (typeof rewardKinds)[number];

/**
 * What the voucher is worth: money or a percentage. Of a variable option `value` is the worth of one `stepPoints`; of a cashback option it
 * is not used, since the value is the caller's.
 */
export interface Discount {
  readonly type: DiscountType;
  readonly value: Decimal;
}

/** Who may redeem, and for which purchase. A list that is empty asks for nothing. */
export interface EligibilityRules {
  /** In the option's currency. */
  readonly minimumPurchase: Decimal | undefined;
  /** One of these tiers. */
  readonly tiers: readonly string[];
  /** At least one of these tags. */
  readonly tags: readonly string[];
  /** Only customers of whom no order is known. */
  readonly firstPurchaseOnly: boolean;
  /** Days in the option's time zone: 1 is Monday, 7 is Sunday. */
  readonly weekdays: readonly number[];
}

export const limitPeriods = ['day', 'week', 'month'] as const;
/** A calendar day, a week from Monday to Sunday, or a month, in the option's time zone. */
export type LimitPeriod = (typeof limitPeriods)[number];

export interface OptionLimits {
  /** Redemptions of all customers together. */
  readonly stock: bigint | undefined;
  readonly perCustomer: bigint | undefined;
  readonly perCustomerAndPeriod: { readonly max: bigint; readonly period: LimitPeriod } | undefined;
  /** Whether a redemption that is reversed as a whole gives back what it took of the limits. */
  readonly returnOnRefund: boolean;
}

/** A thing that may be redeemed. */
export interface RewardOption {
  /** One number space a company: 1 … 2^31 − 1. */
  readonly id: number;
  readonly name: string;
  readonly cost: RewardCost;
  readonly discount: Discount;
  /** ISO 4217; the company's base currency where nothing else was said. */
  readonly currency: string;
  /** A configured provider; absent: the company's default. */
  readonly provider: string | undefined;
  /** In front of generated codes, instead of the provider's own. */
  readonly codePrefix: string | undefined;
  readonly expirationPreset: ExpirationPreset | undefined;
  /** Redeemable from `startsAt` on and until just before `endsAt`. */
  readonly startsAt: Instant | undefined;
  readonly endsAt: Instant | undefined;
  readonly disabled: boolean;
  readonly eligibility: EligibilityRules;
  /** IANA name; days, weeks and months of this option are those of this zone. */
  readonly timeZone: string;
  readonly limits: OptionLimits;
}
