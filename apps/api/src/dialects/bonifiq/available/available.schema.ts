import { z } from 'zod';
import { customerSchema } from '../customer-answer.js';
import { envelopeOf } from '../envelope.js';
import { given, money, text } from '../fields.js';

/** `Products` are accepted and not looked at: no reward of ours depends on what is in the cart. */
export const availableBody = z.object({
  CustomerId: text,
  PurchaseValue: given(money),
  DiscountValue: given(money),
  Products: given(z.array(z.looseObject({}))),
});
export type AvailableBody = z.output<typeof availableBody>;

const rewardSchema = z.object({
  Id: z.int(),
  Title: z.string(),
  RewardType: z.int().meta({ description: '0 fixed amount, 1 percentage, 2 free shipping, 3 cashback.' }),
  Value: z.number(),
  CanSelectValue: z.boolean(),
  IsCashback: z.boolean(),
  Requirements: z.string().nullable().meta({ description: 'Every reason why it can’t be used.' }),
  AvailableCashback: z.number(),
  MaxCashbackForCurrentPurchase: z.number(),
  CanUse: z.boolean(),
  Points: z.int(),
  RewardCanBeCumulative: z.boolean(),
});
export type RewardAnswer = z.output<typeof rewardSchema>;

export const availableResult = z.object({
  Customer: customerSchema,
  Rewards: z.array(rewardSchema),
  HasRestrictedItems: z.boolean(),
  RestrictedValue: z.number(),
  EligibleValue: z.number(),
  HasRewards: z.boolean(),
  ShouldValidateCustomer: z.boolean(),
  ShouldValidateCustomerSignup: z.boolean(),
  AvailablePoints: z.int(),
  CashbackEnabled: z.boolean(),
  AvailableCashback: z.number(),
  MaxCashbackForCurrentPurchase: z.number(),
});
export type AvailableResult = z.output<typeof availableResult>;

export const availableSchema = envelopeOf('BonifiqAvailable', availableResult);
