import { z } from 'zod';
import {
  discountTypes,
  expirationPresets,
  formatDecimal,
  formatInstant,
  leastPoints,
  limitPeriods,
  rewardKinds,
  roundings,
} from '#domain';
import type { StoredOption } from '../../catalogue/stored-option.js';
import { listOf } from './answer-schemas.js';

const answerTime = z.iso.datetime();

export const rewardOptionSchema = z
  .object({
    id: z.string(),
    companyId: z.int(),
    rewardName: z.string(),
    costToRedeem: z.int().meta({ description: 'What it costs, or the least it can cost.' }),
    discountType: z.enum(discountTypes),
    discountValue: z.string(),
    expirationPreset: z.enum(expirationPresets).nullable(),
    voucherPrefix: z.string().nullable(),
    minimumPurchaseAmount: z.string().nullable(),
    priceRuleId: z.null().meta({ description: 'Of a shop; there is none here.' }),
    kind: z.enum(rewardKinds),
    minPoints: z.int().nullable(),
    maxPoints: z.int().nullable(),
    stepPoints: z.int().nullable(),
    pointsPerUnit: z.string().nullable(),
    rounding: z.enum(roundings).nullable(),
    currency: z.string(),
    voucherProvider: z.string().nullable(),
    startsAt: answerTime.nullable(),
    endsAt: answerTime.nullable(),
    tiers: z.array(z.string()),
    tags: z.array(z.string()),
    firstPurchaseOnly: z.boolean(),
    weekdays: z.array(z.int()),
    timeZone: z.string(),
    stock: z.int().nullable(),
    perCustomerLimit: z.int().nullable(),
    perPeriodLimit: z.int().nullable(),
    limitPeriod: z.enum(limitPeriods).nullable(),
    limitsReturnOnRefund: z.boolean(),
    disabled: z.boolean(),
    createdAt: answerTime,
    updatedAt: answerTime,
  })
  .meta({ id: 'RewardOption' });
export type RewardOptionAnswer = z.output<typeof rewardOptionSchema>;

export const rewardOptionAnswerSchema = z.object({ data: rewardOptionSchema }).meta({ id: 'RewardOptionAnswer' });
export const rewardOptionsSchema = listOf(rewardOptionSchema, 'RewardOptions');

/** Ids are integers within a company, and strings in this dialect. */
export function rewardOptionAnswer({ companyId, option, createdAt, updatedAt }: StoredOption): RewardOptionAnswer {
  const { cost, discount, eligibility, limits } = option;
  return {
    id: String(option.id),
    companyId,
    rewardName: option.name,
    costToRedeem: Number(leastPoints(cost)),
    discountType: discount.type,
    discountValue: formatDecimal(discount.value),
    expirationPreset: option.expirationPreset ?? null,
    voucherPrefix: option.codePrefix ?? null,
    minimumPurchaseAmount: orNull(eligibility.minimumPurchase, formatDecimal),
    priceRuleId: null,
    kind: cost.kind,
    minPoints: cost.kind === 'fixed' ? null : Number(cost.minPoints),
    maxPoints: cost.kind === 'fixed' ? null : orNull(cost.maxPoints, Number),
    stepPoints: cost.kind === 'variable' ? Number(cost.stepPoints) : null,
    pointsPerUnit: cost.kind === 'cashback' ? formatDecimal(cost.pointsPerUnit) : null,
    rounding: cost.kind === 'cashback' ? cost.rounding : null,
    currency: option.currency,
    voucherProvider: option.provider ?? null,
    startsAt: orNull(option.startsAt, formatInstant),
    endsAt: orNull(option.endsAt, formatInstant),
    tiers: [...eligibility.tiers],
    tags: [...eligibility.tags],
    firstPurchaseOnly: eligibility.firstPurchaseOnly,
    weekdays: [...eligibility.weekdays],
    timeZone: option.timeZone,
    stock: orNull(limits.stock, Number),
    perCustomerLimit: orNull(limits.perCustomer, Number),
    perPeriodLimit: orNull(limits.perCustomerAndPeriod?.max, Number),
    limitPeriod: limits.perCustomerAndPeriod?.period ?? null,
    limitsReturnOnRefund: limits.returnOnRefund,
    disabled: option.disabled,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

function orNull<V, A>(value: V | undefined, say: (value: V) => A): A | null {
  return value === undefined ? null : say(value);
}
