import {
  invariant,
  instant,
  parseDecimal,
  type Decimal,
  type DiscountType,
  type ExpirationPreset,
  type Instant,
  type LimitPeriod,
  type RewardCost,
  type RewardOption,
  type Rounding,
} from '#domain';
import { Prisma, type RewardOption as RewardOptionRow } from '#platform/prisma';

/** An option as a person describes it: everything but its id. */
export type OptionDraft = Omit<RewardOption, 'id'>;

/** An option with what only the table knows of it. */
export interface StoredOption {
  readonly companyId: number;
  readonly option: RewardOption;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export function storedOptionOf(row: RewardOptionRow): StoredOption {
  const { companyId, createdAt, updatedAt } = row;
  return { companyId, option: optionOf(row), createdAt: instantOf(createdAt), updatedAt: instantOf(updatedAt) };
}

export function optionOf(row: RewardOptionRow): RewardOption {
  const { perPeriodLimit, limitPeriod } = row;
  return {
    id: row.id,
    name: row.name,
    cost: costOfRow(row),
    discount: { type: row.discountType as DiscountType, value: decimalOf(row.discountValue) },
    currency: row.currency,
    provider: row.voucherProvider ?? undefined,
    codePrefix: row.voucherPrefix ?? undefined,
    expirationPreset: (row.expirationPreset as ExpirationPreset | null) ?? undefined,
    startsAt: row.startsAt === null ? undefined : instantOf(row.startsAt),
    endsAt: row.endsAt === null ? undefined : instantOf(row.endsAt),
    disabled: row.disabledAt !== null,
    eligibility: {
      minimumPurchase: row.minimumPurchaseAmount === null ? undefined : decimalOf(row.minimumPurchaseAmount),
      tiers: row.tiers,
      tags: row.tags,
      firstPurchaseOnly: row.firstPurchaseOnly,
      weekdays: row.weekdays,
    },
    timeZone: row.timeZone,
    limits: {
      stock: row.stock ?? undefined,
      perCustomer: row.perCustomerLimit ?? undefined,
      perCustomerAndPeriod:
        perPeriodLimit === null ? undefined : { max: perPeriodLimit, period: limitPeriod as LimitPeriod },
      returnOnRefund: row.limitsReturnOnRefund,
    },
  };
}

function costOfRow(row: RewardOptionRow): RewardCost {
  const maxPoints = row.maxPoints ?? undefined;
  switch (row.kind) {
    case 'fixed':
      return { kind: 'fixed', points: present(row.costPoints) };
    case 'variable':
      return { kind: 'variable', minPoints: present(row.minPoints), maxPoints, stepPoints: present(row.stepPoints) };
    default: {
      const pointsPerUnit = decimalOf(present(row.pointsPerUnit));
      const rounding = present(row.rounding) as Rounding;
      return { kind: 'cashback', pointsPerUnit, rounding, minPoints: present(row.minPoints), maxPoints };
    }
  }
}

/** The columns of an option, all of them: a draft replaces what was there. */
export function columnsOf(
  draft: OptionDraft,
): Omit<Prisma.RewardOptionUncheckedCreateInput, 'companyId' | 'id' | 'createdAt' | 'updatedAt' | 'disabledAt'> {
  const { cost, eligibility, limits } = draft;
  const periodic = limits.perCustomerAndPeriod;
  return {
    name: draft.name,
    kind: cost.kind,
    costPoints: cost.kind === 'fixed' ? cost.points : null,
    minPoints: cost.kind === 'fixed' ? null : cost.minPoints,
    maxPoints: cost.kind === 'fixed' ? null : (cost.maxPoints ?? null),
    stepPoints: cost.kind === 'variable' ? cost.stepPoints : null,
    pointsPerUnit: cost.kind === 'cashback' ? columnOf(cost.pointsPerUnit) : null,
    rounding: cost.kind === 'cashback' ? cost.rounding : null,
    currency: draft.currency,
    discountType: draft.discount.type,
    discountValue: columnOf(draft.discount.value),
    voucherProvider: draft.provider ?? null,
    voucherPrefix: draft.codePrefix ?? null,
    expirationPreset: draft.expirationPreset ?? null,
    startsAt: draft.startsAt === undefined ? null : dateOf(draft.startsAt),
    endsAt: draft.endsAt === undefined ? null : dateOf(draft.endsAt),
    minimumPurchaseAmount: eligibility.minimumPurchase === undefined ? null : columnOf(eligibility.minimumPurchase),
    tiers: [...eligibility.tiers],
    tags: [...eligibility.tags],
    firstPurchaseOnly: eligibility.firstPurchaseOnly,
    weekdays: [...eligibility.weekdays],
    timeZone: draft.timeZone,
    stock: limits.stock ?? null,
    perCustomerLimit: limits.perCustomer ?? null,
    perPeriodLimit: periodic?.max ?? null,
    limitPeriod: periodic?.period ?? null,
    limitsReturnOnRefund: limits.returnOnRefund,
  };
}

/** Through text on both sides: nothing of it is ever a floating-point number. */
export function decimalOf(column: Prisma.Decimal): Decimal {
  const decimal = parseDecimal(column.toFixed());
  invariant(decimal !== undefined, 'a decimal column holds a decimal');
  return decimal;
}

export function columnOf(decimal: Decimal): Prisma.Decimal {
  return new Prisma.Decimal(decimal.toString()).div(10_000);
}

function present<T>(column: T | null): T {
  invariant(column !== null, 'a reward option has the columns of its kind');
  return column;
}

function instantOf(date: Date): Instant {
  return instant(date.getTime() * 1_000);
}

function dateOf(at: Instant): Date {
  return new Date(at / 1_000);
}
