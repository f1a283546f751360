import { z } from 'zod';
import { shortText } from '../../../http/fields.js';

const TAGS_MAX = 100;

export const customerBody = z.strictObject({
  name: shortText.nullable().optional(),
  email: shortText.nullable().optional(),
  phoneNumber: shortText.nullable().optional(),
  posAccountId: shortText.nullable().optional(),
  document: shortText.nullable().optional(),
  tier: shortText.nullable().optional(),
  tags: z.array(shortText).max(TAGS_MAX).optional(),
});
export type CustomerBody = z.output<typeof customerBody>;

const text = z.string().nullable();

export const customerSchema = z
  .object({
    data: z.object({
      id: z.string(),
      companyId: z.int(),
      walletId: z.string(),
      name: text,
      email: text,
      phoneNumber: text,
      posAccountId: text,
      document: text,
      tier: text,
      tags: z.array(z.string()),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    }),
  })
  .meta({ id: 'CustomerAnswer' });
export type CustomerAnswer = z.output<typeof customerSchema>;
