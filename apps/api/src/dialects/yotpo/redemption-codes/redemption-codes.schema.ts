import { z } from 'zod';
import { VOUCHER_CODE } from '#vouchers';
import { codeText, commaList, positiveInt32 } from '../fields.js';

const CODES_MAX = 10_000;
/** Room for so many codes of 256 characters, each four bytes or an escape of six. */
export const CODES_BYTES_MAX = 16 * 1_048_576;

export const addCodesParameters = z.object({
  redemption_option_id: positiveInt32,
  codes: commaList(CODES_MAX).refine(
    (codes) => codes.length > 0 && codes.every((code) => VOUCHER_CODE.test(code)),
    'must be one code or more, of printable characters',
  ),
});
export type AddCodesParameters = z.output<typeof addCodesParameters>;

export const addedSchema = z
  .object({
    redemption_option_id: z.int(),
    imported: z.int(),
    duplicates: z.int(),
    number_of_unused_codes: z.int(),
  })
  .meta({ id: 'YotpoAddedCodes' });
export type AddedAnswer = z.output<typeof addedSchema>;

export const findCodeParameters = z.object({ code: codeText });
export type FindCodeParameters = z.output<typeof findCodeParameters>;

export const codeSchema = z
  .object({
    code: z.string(),
    status: z.enum(['unused', 'issued', 'used', 'cancelled']),
    redemption_id: z.int().nullable(),
    redemption_option_id: z.int().nullable(),
    provider: z.string().nullable(),
  })
  .meta({ id: 'YotpoCode' });
export type CodeAnswer = z.output<typeof codeSchema>;
