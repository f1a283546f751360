import { z } from 'zod';
import { codeText } from '../fields.js';

export const cancellationParameters = z.object({ reward_text: codeText });
export type CancellationParameters = z.output<typeof cancellationParameters>;

/** An id that can't be names nothing: it is answered like any other that is not there. */
export const redemptionParams = z.object({
  redemptionId: z.string().transform((text) => (/^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0)),
});
export type RedemptionParams = z.output<typeof redemptionParams>;
