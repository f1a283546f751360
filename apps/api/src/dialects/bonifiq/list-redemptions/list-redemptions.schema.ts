import { z } from 'zod';
import { addressText, limit } from '../../../http/fields.js';
import { before } from '../../../http/page.js';
import { envelopeOf } from '../envelope.js';
import { named } from '../fields.js';
import { redeemedResult } from '../redeem/redeem.schema.js';

const optional = addressText.optional();

export const listQuery = z.object({
  CustomerId: optional,
  RewardId: optional,
  RedeemOrigin: z
    .string()
    .regex(/^[0-5]$/, 'must be 0 to 5')
    .optional(),
  BranchId: optional,
  SalesPersonId: optional,
  Limit: limit,
  Before: before,
});
export type ListQuery = z.output<typeof listQuery>;

const itemSchema = redeemedResult.extend({
  CustomerId: z.string(),
  RedeemDate: z.iso.datetime(),
  Status: z.string().meta({ description: 'The engine’s own status.' }),
  RedeemOrigin: z.int().nullable(),
  Branch: named.nullable(),
  SalesPerson: named.nullable(),
});
export type RedemptionItem = z.output<typeof itemSchema>;

export const listResult = z.object({
  Items: z.array(itemSchema),
  HasMore: z.boolean(),
  NextBefore: z.string().nullable(),
});
export type ListResult = z.output<typeof listResult>;
export const listSchema = envelopeOf('BonifiqRedemptions', listResult);
