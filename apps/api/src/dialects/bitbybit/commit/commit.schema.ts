import { z } from 'zod';
import { points, shortText } from '../../../http/fields.js';

export const commitBody = z.strictObject({
  points: points.optional().meta({ description: 'Less than was held gives back the rest; absent: all.' }),
  orderId: shortText.optional(),
  idempotencyKey: shortText.optional(),
});
export type CommitBody = z.output<typeof commitBody>;
