import { z } from 'zod';
import { envelopeOf } from '../envelope.js';
import { given, money, positiveMoney, redeemOrigin, text } from '../fields.js';
import { redeemedResult } from '../redeem/redeem.schema.js';

/** `Token` and `Items` are accepted and not kept: cashback of ours does not depend on what is in the cart. */
export const applyBody = z.object({
  CustomerId: text,
  CheckoutId: text,
  CashbackValue: positiveMoney,
  Total: given(money),
  OriginalKey: text,
  RedeemOrigin: redeemOrigin,
});
export type ApplyBody = z.output<typeof applyBody>;

export const removeBody = z.object({ CustomerId: text, CheckoutId: text, Total: given(money) });
export type RemoveBody = z.output<typeof removeBody>;

export const appliedResult = redeemedResult.extend({ CheckoutId: z.string(), CashbackValue: z.number() });
export type AppliedResult = z.output<typeof appliedResult>;
export const appliedSchema = envelopeOf('BonifiqCashbackApplied', appliedResult);

export const removedResult = z.object({ CheckoutId: z.string(), CashbackRemoved: z.number(), PointsReturned: z.int() });
export type RemovedResult = z.output<typeof removedResult>;
export const removedSchema = envelopeOf('BonifiqCashbackRemoved', removedResult);
