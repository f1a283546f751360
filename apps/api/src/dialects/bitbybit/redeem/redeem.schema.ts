import { z } from 'zod';
import { VOUCHER_CODE } from '#vouchers';
import { addressText, decimal, metadata, points, shortText } from '../../../http/fields.js';

const TTL_SECONDS_MAX = 10 * 366 * 86_400;

/** A voucher's code: 1–256 characters that can be printed. */
export const voucherCode = z.string().regex(VOUCHER_CODE, 'must be 1 to 256 printable characters');

/** bitbybit's own body, and what we add to it; fields it doesn't know are ignored, as in the original. */
export const redeemBody = z.object({
  rewardOptionId: shortText,
  rewardName: shortText,
  pointsCost: points,
  voucherCode: voucherCode
    .optional()
    .meta({ description: 'A voucher the caller already holds: no provider is asked.' }),
  voucherProvider: shortText.optional().meta({ description: 'A configured provider; absent: the default one.' }),
  voucherExternalId: shortText.optional(),
  idempotencyKey: shortText.optional(),
  metadata: metadata.optional(),
  purchaseAmount: decimal
    .optional()
    .meta({ description: 'What is being bought, for options with a minimum purchase; a decimal string.' }),
  delayPointsDeduction: z.boolean().optional().meta({ description: 'Hold the points until the order or a commit.' }),
  reserveTtlSeconds: z.int().min(1).max(TTL_SECONDS_MAX).optional().meta({ description: 'How long the hold lasts.' }),
});
export type RedeemBody = z.output<typeof redeemBody>;

export const customerParams = z.object({ customerId: addressText });
export type CustomerParams = z.output<typeof customerParams>;
