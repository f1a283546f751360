import { z } from 'zod';
import { voucherCode } from '../../dialects/bitbybit/redeem/redeem.schema.js';

const CODES_MAX = 10_000;

/** Room for so many codes of 256 characters, each four bytes or an escape of six. */
export const IMPORT_BYTES_MAX = 16 * 1_048_576;

export const importCodesBody = z.strictObject({
  codes: z
    .array(voucherCode)
    .min(1)
    .max(CODES_MAX)
    .meta({ description: 'Codes the company’s shop honours; those that are known already are skipped and counted.' }),
});
export type ImportCodesBody = z.output<typeof importCodesBody>;

const count = z.int().min(0);

export const importedSchema = z
  .object({ data: z.object({ imported: count, duplicates: count, left: count }) })
  .meta({ id: 'ImportedCodesAnswer' });
export type ImportedAnswer = z.output<typeof importedSchema>;
