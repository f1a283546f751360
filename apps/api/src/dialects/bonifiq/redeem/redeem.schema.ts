import { z } from 'zod';
import { envelopeOf } from '../envelope.js';
import { given, metadataPair, named, positiveInt32, positiveMoney, redeemOrigin, text } from '../fields.js';

export const rewardParams = z.object({ id: z.string() });
export type RewardParams = z.output<typeof rewardParams>;

export const redeemBody = z.object({
  CustomerId: text,
  Value: given(positiveMoney),
  Points: given(positiveInt32),
  OriginalKey: text,
  ForceGenerateCoupon: given(z.boolean()),
  Metadatas: given(z.array(metadataPair)),
  RedeemOrigin: redeemOrigin,
  Branch: named,
  SalesPerson: named,
});
export type RedeemBody = z.output<typeof redeemBody>;

const time = z.iso.datetime();

const couponSchema = z.object({
  CouponCode: z.string(),
  CouponType: z.int().meta({ description: '0 a fixed amount, 1 a percentage, 2 free shipping.' }),
  CouponValue: z.number(),
  ValidDateStart: time,
  ValidDateEnd: time.nullable(),
});
export type Coupon = z.output<typeof couponSchema>;

export const redeemedResult = z.object({
  RewardId: z.int(),
  Point: z.object({ PointId: z.int(), Quantity: z.int(), Metadatas: z.array(metadataPair) }),
  ExternalCode: z.string().nullable(),
  OriginalKey: z.string(),
  Coupon: couponSchema.nullable(),
});
export type RedeemedResult = z.output<typeof redeemedResult>;

export const redeemedSchema = envelopeOf('BonifiqRedeemed', redeemedResult);
