import { z } from 'zod';
import { providerKinds } from '#vouchers';
import { addressText, shortText } from '../../http/fields.js';
import { companyId } from '../path.js';

export const providerParams = z.object({ id: companyId, name: addressText });
export type ProviderParams = z.output<typeof providerParams>;

/** What `config` holds is the kind's own business: `#vouchers` has the schema of each. */
export const providerBody = z.strictObject({
  kind: shortText.meta({ description: `One of ${[...providerKinds.keys()].join(', ')}.` }),
  config: z.record(z.string(), z.unknown()).default({}),
  default: z.boolean().optional().meta({ description: 'Make it the company’s default. Absent: as it was.' }),
});
export type ProviderBody = z.output<typeof providerBody>;

export const providerSchema = z
  .object({
    data: z.object({ name: z.string(), version: z.string(), kind: z.string(), default: z.boolean() }),
  })
  .meta({ id: 'VoucherProviderAnswer' });
export type ProviderAnswer = z.output<typeof providerSchema>;
