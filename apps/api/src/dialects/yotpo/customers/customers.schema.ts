import { z } from 'zod';
import { commaList, customerFields, flag, longText, text } from '../fields.js';
import { customerSchema } from './customer-answer.js';
import { PAGE_TOKEN_MAX } from './page-token.js';

const TAGS_MAX = 100;

export const readParameters = z.object({ ...customerFields, with_referral_code: flag, with_history: flag });
export type ReadParameters = z.output<typeof readParameters>;

/** `has_account`, `opted_in` and `opted_in_at` are accepted and not kept: whoever has a wallet takes part. */
export const writeParameters = z.object({
  customer_email: text,
  phone_number: text,
  pos_account_id: text,
  customer_id: text,
  first_name: text,
  last_name: text,
  vip_tier_name: text,
  tags: commaList(TAGS_MAX).optional(),
  note: longText,
});
export type WriteParameters = z.output<typeof writeParameters>;

const pageToken = z
  .string()
  .max(PAGE_TOKEN_MAX)
  .regex(/^[\w-]+$/, 'is no token of ours');

export const recentParameters = z.object({
  per_page: z.coerce.number().int().min(1).max(250).default(50),
  page_info: pageToken.optional(),
});
export type RecentParameters = z.output<typeof recentParameters>;

export const recentSchema = z
  .object({
    customers: z.array(customerSchema),
    metadata: z.object({ per_page: z.int(), next_page_info: z.string().nullable() }),
  })
  .meta({ id: 'YotpoRecentCustomers' });
export type RecentAnswer = z.output<typeof recentSchema>;
