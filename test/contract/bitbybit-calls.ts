import type { z } from 'zod';
import {
  historySchema,
  redeemedSchema,
  redeemersSchema,
  redemptionsSchema,
  summarySchema,
  walletAnswerSchema,
} from '../../apps/api/src/dialects/bitbybit/answer-schemas.js';
import { pointConversionSchema } from '../../apps/api/src/dialects/bitbybit/point-conversion/point-conversion.schema.js';
import {
  rewardOptionAnswerSchema,
  rewardOptionsSchema,
} from '../../apps/api/src/dialects/bitbybit/reward-option-answer.js';

/** One call as a client makes it, and what has to come of it. */
export interface CallProbe {
  readonly path?: string;
  readonly body?: object;
  readonly status: number;
  readonly shape?: z.ZodType;
  /** How it changes the customer's available, reserved and burned points; absent: not at all. */
  readonly moves?: readonly [available: number, reserved: number, burned: number];
}

/** Calls by their row of docs/dialects.md. `{customerId}` and `{rewardOptionId}` stand for those of the scene. */
export const bitbybitCalls: Readonly<Record<string, CallProbe>> = {
  'POST P/customers/{customerId}/redeem': {
    body: { rewardOptionId: 'ro_1', rewardName: 'Ten off', pointsCost: 40 },
    status: 200,
    shape: redeemedSchema,
    moves: [-40, 0, 40],
  },
  'GET P/customers/{customerId}/wallet': { status: 200, shape: walletAnswerSchema },
  'GET P/customers/{customerId}/history': {
    path: '?filter=points_added&limit=5&before=2099-01-01T00:00:00Z',
    status: 200,
    shape: historySchema,
  },
  'GET P/customers/{customerId}/redemptions': {
    path: '?search=ten&status=committed&limit=5&before=2099-01-01T00:00:00Z',
    status: 200,
    shape: redemptionsSchema,
  },
  'GET P/customers/{customerId}/redemptions/summary': { status: 200, shape: summarySchema },
  'GET P/rewards/{rewardOptionId}/redeemers': {
    path: '?status=committed&limit=5&before=2099-01-01T00:00:00Z',
    status: 200,
    shape: redeemersSchema,
  },
  'GET P/customers/{customerId}/timeline': { status: 404 },
  'POST C/reward-options': {
    body: {
      rewardName: 'Ten off',
      costToRedeem: 500,
      discountType: 'fixed_amount',
      discountValue: '10.00',
      expirationPreset: 'THIRTY_DAYS',
      voucherPrefix: 'SUMMER',
      minimumPurchaseAmount: '50',
    },
    status: 201,
    shape: rewardOptionAnswerSchema,
  },
  'GET C/reward-options': { path: '?limit=5&before=2099-01-01T00:00:00Z', status: 200, shape: rewardOptionsSchema },
  'POST C/point-conversion': {
    body: { tiers: [{ currencyAmount: '1.5', points: 1 }] },
    status: 201,
    shape: pointConversionSchema,
  },
  'GET C/point-conversion': { status: 200, shape: pointConversionSchema },
};
