import { z } from 'zod';
import { addressText } from '../../../http/fields.js';
import { envelopeOf } from '../envelope.js';
import { amount, cents, codeText, given, idText, int32, longText, moment, text } from '../fields.js';

/** 0 Initial, 1 Pending, 2 Complete, 3 Cancelled, 4 Ignored (dialects.md §3). */
export const orderStatuses = { cancelled: 3, ignored: 4 } as const;

/**
 * What else is documented (`Products`, `Metadatas`, `PaymentMethod`, `Branch`, `SalesPerson`, the other dates and so on) is accepted and not
 * kept: nothing of it decides over points.
 */
export const orderBody = z.object({
  OriginalId: idText,
  OrderPlacementDate: moment,
  OrderStatus: given(int32.refine((status) => status >= 0 && status <= 4, 'must be 0 to 4')),
  IsCancelledOrReturned: given(z.boolean()),
  OrderTotal: cents,
  CustomerId: text,
  Customer: given(z.object({ OriginalId: text, Email: text, Document: text })),
  Coupon: given(codeText),
  ExternalCoupon: given(codeText),
});
export type OrderBody = z.output<typeof orderBody>;

export const orderParams = z.object({ orderId: addressText });
export type OrderParams = z.output<typeof orderParams>;

export const partialCancelBody = z.object({
  ValueToRefund: cents.refine((value) => value > 0n, 'must be more than 0'),
  CancelKey: idText,
  Reason: longText,
});
export type PartialCancelBody = z.output<typeof partialCancelBody>;

export const orderResult = z.object({
  OriginalId: z.string(),
  CustomerId: z.string(),
  OrderTotal: z.number(),
  IsCancelled: z.boolean(),
  PointsRedeemed: amount,
  Redemptions: z.array(z.object({ PointId: z.int().nullable(), Points: amount })),
});
export type OrderResult = z.output<typeof orderResult>;
export const orderSchema = envelopeOf('BonifiqOrder', orderResult);

export const cancelledOrderResult = z.object({
  OriginalId: z.string(),
  IsCancelled: z.boolean(),
  ValueRefunded: z.number(),
  PointsReturned: amount,
  CancelKey: z.string().nullable(),
});
export type CancelledOrderResult = z.output<typeof cancelledOrderResult>;
export const cancelledOrderSchema = envelopeOf('BonifiqCancelledOrder', cancelledOrderResult);
