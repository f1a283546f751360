import { z } from 'zod';
import { metadata, note, points, referenceType, shortText } from '../../../http/fields.js';

export const earnBody = z.strictObject({
  points,
  referenceType: referenceType.default('manual'),
  referenceId: shortText.optional(),
  note: note.optional(),
  metadata: metadata.optional(),
  idempotencyKey: shortText.optional(),
});
export type EarnBody = z.output<typeof earnBody>;
