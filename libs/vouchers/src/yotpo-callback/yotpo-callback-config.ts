import { z } from 'zod';
import { codePrefix } from '../generated/generated-kind.js';
import { callSettings, outgoingAddress, secretHeaderValue } from '../outgoing/outgoing-config.js';

/** What the callbacks say themselves; the secret can't stand under one of these names. */
export const BODY_FIELDS = [
  'coupon_code',
  'discount_amount',
  'discount_amount_cents',
  'currency',
  'customer_email',
  'expires_at',
] as const;

const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A provider's `config` of kind `yotpo-callback`. What it reads, it can read again. */
export const yotpoCallbackConfigSchema = z.strictObject({
  /** Where coupons are created: the *Create Coupons URL*. */
  createUrl: outgoingAddress,
  /** Where they are cancelled: the *Cancel Coupons URL*. Without one no voucher can be voided, so none can wait for an order. */
  cancelUrl: outgoingAddress.optional(),
  /** Sent as `X-Api-Secret` and in the body. */
  apiSecret: secretHeaderValue,
  /** The body's name for it: what is published shows that it is there, not under which name. */
  secretField: z
    .string()
    .regex(FIELD_NAME, 'must be the name of a JSON field: letters, digits and "_"')
    .refine((name) => !(BODY_FIELDS as readonly string[]).includes(name), 'is a field of the callback itself')
    .default('secret'),
  /** In front of every code: up to 16 of `A-Z 0-9`, or none. */
  prefix: codePrefix.default(''),
  /** Creating a code that is there already makes no second coupon. False: one attempt, then only flagging. */
  idempotent: z.boolean().default(true),
  ...callSettings,
});

export type YotpoCallbackConfig = z.output<typeof yotpoCallbackConfigSchema>;
