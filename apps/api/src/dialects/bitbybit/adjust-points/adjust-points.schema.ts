import { z } from 'zod';
import { metadata, note, pointsDelta, referenceType, shortText } from '../../../http/fields.js';

export const adjustBody = z.strictObject({
  pointsDelta,
  referenceType: referenceType.default('manual'),
  referenceId: shortText.optional(),
  note: note.optional(),
  metadata: metadata.optional(),
  idempotencyKey: shortText.optional(),
});
export type AdjustBody = z.output<typeof adjustBody>;
