import { z } from 'zod';
import { addressText } from '../../../http/fields.js';
import { customerSchema } from '../customer-answer.js';
import { envelopeOf } from '../envelope.js';
import { text } from '../fields.js';

/** An id that can't be names nothing: it is answered like any other that is not there. */
export const pointParams = z.object({
  id: z.string().transform((written) => (/^[1-9]\d{0,9}$/.test(written) ? Number(written) : 0)),
});
export type PointParams = z.output<typeof pointParams>;

export const keyQuery = z.object({ OriginalKey: addressText.optional() });
export const keyBody = z.object({ OriginalKey: text });
export type KeyNamed = z.output<typeof keyBody>;

export const cancelledResult = z.object({
  Id: z.int(),
  Customer: customerSchema,
  ExternalCode: z.string().nullable(),
  CashValue: z.number().nullable(),
  IsCanceled: z.boolean(),
  RedeemDate: z.iso.datetime(),
  Points: z.object({ Id: z.int(), Points: z.int(), Type: z.int(), EventKey: z.string() }),
});
export type CancelledResult = z.output<typeof cancelledResult>;

export const cancelledSchema = envelopeOf('BonifiqCancelled', cancelledResult);
