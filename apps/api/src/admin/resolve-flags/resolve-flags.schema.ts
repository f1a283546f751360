import { z } from 'zod';
import { flagOutcomes } from '#domain';
import { voucherCode } from '../../dialects/bitbybit/redeem/redeem.schema.js';
import { idInAddress, note, shortText } from '../../http/fields.js';

export const resolveParams = z.object({ id: idInAddress });
export type ResolveParams = z.output<typeof resolveParams>;

const outcomes = (flagOutcomes.schema as { readonly enum: readonly ReturnType<typeof flagOutcomes.read>[] }).enum;

export const resolveBody = z
  .strictObject({
    outcome: z.enum(outcomes),
    code: voucherCode.optional().meta({ description: 'The voucher’s code; with the outcome "issued", and only then.' }),
    note,
    resolvedBy: shortText.default('admin').meta({ description: 'Whose word it is; stays on the event.' }),
    idempotencyKey: shortText.optional(),
  })
  .refine(({ outcome, code }) => (outcome === 'issued') === (code !== undefined), {
    path: ['code'],
    message: 'must be given with the outcome "issued", and only then',
  });
export type ResolveBody = z.output<typeof resolveBody>;
