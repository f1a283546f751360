import { z } from 'zod';
import { note, shortText } from '../../../http/fields.js';

export const releaseBody = z.strictObject({
  reason: note.optional(),
  idempotencyKey: shortText.optional(),
});
export type ReleaseBody = z.output<typeof releaseBody>;
