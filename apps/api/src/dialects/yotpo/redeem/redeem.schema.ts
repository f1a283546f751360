import { z } from 'zod';
import { customerFields, flag, optionalCurrency, optionalPositiveInt32, positiveInt32 } from '../fields.js';

export const redeemParameters = z.object({
  ...customerFields,
  redemption_option_id: positiveInt32,
  delay_points_deduction: flag,
  currency: optionalCurrency,
  points_to_redeem: optionalPositiveInt32,
});
export type RedeemParameters = z.output<typeof redeemParameters>;
