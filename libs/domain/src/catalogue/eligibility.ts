import type { FailureReason } from '../event/event-schemas.js';
import type { Instant } from '../instant.js';
import type { Decimal } from './decimal.js';
import type { RewardOption } from './reward-option.js';

/** What the rules ask of a customer. */
export interface CustomerFacts {
  readonly tier: string | undefined;
  readonly tags: readonly string[];
  /** Whether the company has told of an order of theirs. */
  readonly hasOrdered: boolean;
}

/** A moment as a calendar in the option's time zone shows it. Whoever makes one brings the time zone's rules along. */
export interface LocalMoment {
  readonly at: Instant;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** `2026-11-22`, `2026-W47` (ISO 8601), `2026-11`: how periods are named. */
  readonly day: string;
  readonly week: string;
  readonly month: string;
}

/** Why a reward can't be used, from the most lasting to the most passing reason. */
export type Ineligibility =
  | 'disabled'
  | 'ended'
  | 'not_started'
  | 'wrong_weekday'
  | 'wrong_tier'
  | 'tag_missing'
  | 'not_first_purchase'
  | 'purchase_too_small';

/** The reason as the ledger records it. */
export const failureOf: Readonly<Record<Ineligibility, FailureReason & ('not_available' | 'not_eligible')>> = {
  disabled: 'not_available',
  ended: 'not_available',
  not_started: 'not_available',
  wrong_weekday: 'not_available',
  wrong_tier: 'not_eligible',
  tag_missing: 'not_eligible',
  not_first_purchase: 'not_eligible',
  purchase_too_small: 'not_eligible',
};

/** Whether the option's rules ask about the customer at all: where they don't, nobody has to be looked up. */
export function asksAboutCustomer({ eligibility }: Pick<RewardOption, 'eligibility'>): boolean {
  return eligibility.tiers.length > 0 || eligibility.tags.length > 0 || eligibility.firstPurchaseOnly;
}

/**
 * Every reason why the option can't be used, none when it can. A purchase of unknown amount is not refused for being small: many calls
 * come before there is one, and then the minimum is a condition that the shop checks when the voucher is used.
 */
export function ineligibilities(
  option: Pick<RewardOption, 'eligibility' | 'startsAt' | 'endsAt' | 'disabled'>,
  customer: CustomerFacts,
  purchaseAmount: Decimal | undefined,
  moment: LocalMoment,
): readonly Ineligibility[] {
  const { startsAt, endsAt, disabled, eligibility: rules } = option;
  const reasons: Ineligibility[] = [];
  const unless = (holds: boolean, reason: Ineligibility): unknown => holds || reasons.push(reason);
  unless(!disabled, 'disabled');
  unless(endsAt === undefined || moment.at < endsAt, 'ended');
  unless(startsAt === undefined || moment.at >= startsAt, 'not_started');
  unless(rules.weekdays.length === 0 || rules.weekdays.includes(moment.weekday), 'wrong_weekday');
  unless(
    rules.tiers.length === 0 || (customer.tier !== undefined && rules.tiers.includes(customer.tier)),
    'wrong_tier',
  );
  unless(rules.tags.length === 0 || rules.tags.some((tag) => customer.tags.includes(tag)), 'tag_missing');
  unless(!rules.firstPurchaseOnly || !customer.hasOrdered, 'not_first_purchase');
  const least = rules.minimumPurchase;
  unless(least === undefined || purchaseAmount === undefined || purchaseAmount >= least, 'purchase_too_small');
  return reasons;
}
