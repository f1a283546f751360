import { z } from 'zod';
import {
  DECIMAL_UNIT,
  discountTypes,
  expirationPresets,
  instant,
  limitPeriods,
  rewardKinds,
  roundings,
  type Instant,
  type RewardCost,
} from '#domain';
import { codePrefix } from '#vouchers';
import type { DescribedOption } from '../../catalogue/put-reward-option/put-reward-option.command.js';
import { isTimeZone } from '../../catalogue/local-moment.js';
import { invalid } from '../../http/api-error.js';
import { decimal, shortText } from '../../http/fields.js';

const LIST_MAX = 100;

/** Points and counts of the catalogue are JSON integers, so they end where those are exact. */
const wholeNumber = (min: number) => z.int().min(min).max(Number.MAX_SAFE_INTEGER);
const texts = z.array(shortText).max(LIST_MAX);
const time = z.iso
  .datetime({ offset: true })
  .refine((text) => Number.isSafeInteger(Date.parse(text) * 1_000), 'must lie before the year 2255');

/** bitbybit's own fields, then ours. Null means the same as absent, so that an answer can be sent back. */
const fields = {
  rewardName: shortText,
  costToRedeem: wholeNumber(1).nullish().meta({ description: 'Of a fixed option, and required there.' }),
  discountType: z.enum(discountTypes),
  discountValue: decimal.meta({
    description: 'A decimal string. Of a variable option: what one step of points is worth. Of cashback: not used.',
  }),
  expirationPreset: z.enum(expirationPresets).nullish(),
  voucherPrefix: codePrefix.nullish(),
  minimumPurchaseAmount: decimal.nullish(),
  kind: z.enum(rewardKinds).default('fixed'),
  minPoints: wholeNumber(1).nullish(),
  maxPoints: wholeNumber(1).nullish(),
  stepPoints: wholeNumber(1).nullish(),
  pointsPerUnit: decimal.nullish().meta({ description: 'Of cashback: what one unit of the currency costs.' }),
  rounding: z.enum(roundings).nullish().meta({ description: 'Of cashback: how points become whole. Default: up.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
    .nullish(),
  voucherProvider: shortText.nullish(),
  startsAt: time.nullish(),
  endsAt: time.nullish(),
  tiers: texts.nullish(),
  tags: texts.nullish(),
  firstPurchaseOnly: z.boolean().nullish(),
  weekdays: z.array(z.int().min(1).max(7)).max(7).nullish().meta({ description: '1 is Monday, 7 is Sunday.' }),
  timeZone: shortText.nullish().meta({ description: 'IANA name for weekdays and periods. Default: UTC.' }),
  stock: wholeNumber(0).nullish(),
  perCustomerLimit: wholeNumber(1).nullish(),
  perPeriodLimit: wholeNumber(1).nullish().meta({ description: 'Per customer and `limitPeriod`.' }),
  limitPeriod: z.enum(limitPeriods).nullish(),
  limitsReturnOnRefund: z.boolean().nullish(),
};

/** Fields it doesn't know are ignored, as in the original. */
export const rewardOptionBody = z.object(fields);
export type RewardOptionBody = z.output<typeof rewardOptionBody>;

/** The same in a call of ours, where unknown fields are refused. */
export const ownRewardOptionBody = z.strictObject({ ...fields, disabled: z.boolean().default(false) });
export type OwnRewardOptionBody = z.output<typeof ownRewardOptionBody>;

/** @throws ApiError VALIDATION_ERROR where fields don't go together */
export function describedOption(body: RewardOptionBody, disabled = false): DescribedOption {
  const startsAt = instantOf(body.startsAt);
  const endsAt = instantOf(body.endsAt);
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt)
    throw invalid('endsAt: must be after startsAt');
  const { perPeriodLimit, limitPeriod, timeZone } = body;
  if ((perPeriodLimit == null) !== (limitPeriod == null)) {
    throw invalid('perPeriodLimit and limitPeriod: send both, or neither');
  }
  if (timeZone != null && !isTimeZone(timeZone)) throw invalid('timeZone: must be an IANA name such as Europe/Berlin');
  return {
    name: body.rewardName,
    cost: costOf(body),
    discount: discountOf(body),
    currency: body.currency ?? undefined,
    provider: body.voucherProvider ?? undefined,
    codePrefix: body.voucherPrefix ?? undefined,
    expirationPreset: body.expirationPreset ?? undefined,
    startsAt,
    endsAt,
    disabled,
    eligibility: {
      minimumPurchase: body.minimumPurchaseAmount ?? undefined,
      tiers: body.tiers ?? [],
      tags: body.tags ?? [],
      firstPurchaseOnly: body.firstPurchaseOnly ?? false,
      weekdays: [...new Set(body.weekdays ?? [])].sort(),
    },
    timeZone: timeZone ?? 'UTC',
    limits: {
      stock: wholeOf(body.stock),
      perCustomer: wholeOf(body.perCustomerLimit),
      perCustomerAndPeriod:
        perPeriodLimit == null || limitPeriod == null
          ? undefined
          : { max: BigInt(perPeriodLimit), period: limitPeriod },
      returnOnRefund: body.limitsReturnOnRefund ?? false,
    },
  };
}

/** Which fields a kind takes; any other is a mistake that would otherwise go unseen. */
const costFields = {
  fixed: ['costToRedeem'],
  variable: ['minPoints', 'maxPoints', 'stepPoints'],
  cashback: ['minPoints', 'maxPoints', 'pointsPerUnit', 'rounding'],
} as const;
const allCostFields = ['costToRedeem', 'minPoints', 'maxPoints', 'stepPoints', 'pointsPerUnit', 'rounding'] as const;

function costOf(body: RewardOptionBody): RewardCost {
  const { kind, costToRedeem } = body;
  const takes: readonly string[] = costFields[kind];
  for (const field of allCostFields) {
    if (body[field] == null || takes.includes(field)) continue;
    throw invalid(`${field}: a ${kind} option has none; leave it out`);
  }
  if (kind === 'fixed') {
    if (costToRedeem == null) throw invalid('costToRedeem: a fixed option needs it');
    return { kind, points: BigInt(costToRedeem) };
  }
  const minPoints = wholeOf(body.minPoints) ?? 1n;
  const maxPoints = wholeOf(body.maxPoints);
  if (maxPoints !== undefined && maxPoints < minPoints) throw invalid('maxPoints: must not be below minPoints');
  if (kind === 'variable') return { kind, minPoints, maxPoints, stepPoints: wholeOf(body.stepPoints) ?? 1n };
  const { pointsPerUnit, rounding } = body;
  if (pointsPerUnit == null || pointsPerUnit === 0n)
    throw invalid('pointsPerUnit: a cashback option needs one above 0');
  return { kind, pointsPerUnit, rounding: rounding ?? 'up', minPoints, maxPoints };
}

function discountOf({ kind, discountType: type, discountValue: value }: RewardOptionBody): DescribedOption['discount'] {
  if (kind !== 'fixed' && type !== 'fixed_amount') {
    throw invalid(`discountType: a ${kind} option gives a fixed_amount`);
  }
  if (type === 'percentage' && (value < DECIMAL_UNIT || value > 100n * DECIMAL_UNIT)) {
    throw invalid('discountValue: a percentage is from 1 to 100');
  }
  if (type === 'fixed_amount' && kind !== 'cashback' && value === 0n) {
    throw invalid('discountValue: a fixed_amount is above 0');
  }
  return { type, value };
}

function wholeOf(value: number | null | undefined): bigint | undefined {
  return value == null ? undefined : BigInt(value);
}

function instantOf(text: string | null | undefined): Instant | undefined {
  return text == null ? undefined : instant(Date.parse(text) * 1_000);
}
