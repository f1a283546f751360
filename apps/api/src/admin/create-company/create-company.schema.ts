import { z } from 'zod';
import { shortText } from '../../http/fields.js';

export const companyBody = z.strictObject({
  name: shortText,
  baseCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as USD')
    .default('USD'),
});
export type CompanyBody = z.output<typeof companyBody>;

export const companySchema = z
  .object({ data: z.object({ id: z.int(), guid: z.uuid(), name: z.string(), baseCurrency: z.string() }) })
  .meta({ id: 'CompanyAnswer' });
export type CompanyAnswer = z.output<typeof companySchema>;
