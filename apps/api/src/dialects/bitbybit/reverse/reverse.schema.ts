import { z } from 'zod';
import { note, points, shortText } from '../../../http/fields.js';

export const reverseBody = z.strictObject({
  points: points
    .optional()
    .meta({ description: 'A part, of a voucher that was used; needs an idempotency key. Absent: all.' }),
  reason: note.optional(),
  idempotencyKey: shortText.optional(),
});
export type ReverseBody = z.output<typeof reverseBody>;
