import { z } from 'zod';
import { redemptionStatuses, voucherStates, type Json } from '#domain';
import { dialectStatuses } from '../../redemptions/dialect-status.js';

/** The shapes of bitbybit's answers, as its contract has them, with what we add. Answers are not validated; these describe them. */

const amount = z.string().meta({ description: 'Points, as a decimal string.', example: '500' });
const time = z.iso.datetime();

export const walletSchema = z
  .object({
    id: z.string(),
    companyId: z.int(),
    customerId: z.string(),
    availablePoints: amount,
    reservedPoints: amount,
    lifetimeEarnedPoints: amount,
    lifetimeBurnedPoints: amount,
    version: z.string(),
    lastLedgerAt: time.nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'LoyaltyWallet' });

export const redemptionCustomerSchema = z.object({
  id: z.string().nullable(),
  companyId: z.int().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phoneNumber: z.string().nullable(),
});

export const redemptionSchema = z
  .object({
    id: z.string(),
    companyId: z.int(),
    customerId: z.string(),
    customer: redemptionCustomerSchema,
    walletId: z.string(),
    rewardOptionId: z.string().nullable(),
    rewardName: z.string().nullable(),
    status: z.enum(dialectStatuses),
    engineStatus: z.enum(valuesOf(redemptionStatuses.schema)),
    pointsReserved: amount,
    pointsCommitted: amount,
    pointsReversed: amount,
    voucherCode: z.string().nullable(),
    voucherProvider: z.string().nullable(),
    voucherExternalId: z.string().nullable(),
    reserveExpiresAt: time.nullable(),
    commitAt: time.nullable(),
    releasedAt: time.nullable(),
    failureReason: z.string().nullable(),
    idempotencyKey: z.string(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    createdById: z.int().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'RedemptionItem' });

export const ledgerEntrySchema = z
  .object({
    id: z.string(),
    companyId: z.int(),
    customerId: z.string(),
    walletId: z.string(),
    entryType: z.enum(['earn', 'adjust', 'reserve', 'commit', 'release', 'expire', 'refund']),
    pointsDelta: amount.meta({ description: 'The change of available points, as a decimal string.' }),
    availableAfter: amount,
    reservedAfter: amount,
    referenceType: z.enum(['redemption', 'order', 'manual']),
    referenceId: z.string(),
    idempotencyKey: z.string(),
    note: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    occurredAt: time,
    createdAt: time,
    createdById: z.int().nullable(),
  })
  .meta({ id: 'LedgerEntry' });

export const redeemedSchema = z
  .object({
    data: z.object({
      wallet: walletSchema,
      redemption: redemptionSchema,
      ledger: ledgerEntrySchema.nullable(),
      idempotencyKey: z.string(),
    }),
  })
  .meta({ id: 'RedeemRewardAnswer' });

export const pointsChangedSchema = z
  .object({ data: z.object({ wallet: walletSchema, ledger: ledgerEntrySchema, idempotencyKey: z.string() }) })
  .meta({ id: 'PointsChangedAnswer' });

export const eventSchema = z
  .object({
    id: z.string(),
    version: z.string(),
    type: z.string(),
    occurredAt: time,
    actor: z.object({ kind: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
    balances: z.object({ available: amount, reserved: amount, burned: amount }),
  })
  .meta({ id: 'LedgerEvent' });

export const redemptionStorySchema = z
  .object({
    data: redemptionSchema.extend({
      voucherState: z.enum(valuesOf(voucherStates.schema)),
      flags: z.array(z.string()),
      events: z.array(eventSchema),
    }),
  })
  .meta({ id: 'RedemptionStory' });

export const redeemerSchema = z
  .object({
    redemptionId: z.string(),
    reward: z.object({ id: z.string().nullable(), name: z.string().nullable() }),
    customer: redemptionCustomerSchema,
    pointsSpent: amount,
    status: z.enum(dialectStatuses),
    source: z.string(),
    redeemedAt: time.nullable(),
    usedAtCheckoutAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'Redeemer' });

export const summarySchema = z
  .object({ data: z.object({ customerId: z.string(), totalRedeemedPoints: amount, totalRedemptionCount: z.int() }) })
  .meta({ id: 'RedemptionSummary' });

export const paginationSchema = z.object({ limit: z.int(), hasMore: z.boolean(), nextBefore: time.nullable() });

export const walletAnswerSchema = z.object({ data: walletSchema }).meta({ id: 'WalletAnswer' });
export const historySchema = listOf(ledgerEntrySchema, 'History');
export const redemptionsSchema = listOf(redemptionSchema, 'Redemptions');
export const redeemersSchema = listOf(redeemerSchema, 'Redeemers');

export function listOf<Item extends z.ZodType>(item: Item, id: string) {
  return z.object({ data: z.array(item), pagination: paginationSchema }).meta({ id });
}

export type WalletAnswer = z.output<typeof walletSchema>;
export type RedemptionAnswer = z.output<typeof redemptionSchema>;
export type LedgerEntryAnswer = z.output<typeof ledgerEntrySchema>;
export type RedeemedAnswer = z.output<typeof redeemedSchema>;
export type PointsChangedAnswer = z.output<typeof pointsChangedSchema>;
export type EventAnswer = z.output<typeof eventSchema>;
export type RedemptionStoryAnswer = z.output<typeof redemptionStorySchema>;
export type RedeemerAnswer = z.output<typeof redeemerSchema>;
export type SummaryAnswer = z.output<typeof summarySchema>;
export interface ListAnswer<Item> {
  readonly data: Item[];
  readonly pagination: z.output<typeof paginationSchema>;
}

/** The domain's closed lists name their values in their JSON Schema. */
function valuesOf(schema: Json): string[] {
  return [...(schema as { readonly enum: readonly string[] }).enum];
}
