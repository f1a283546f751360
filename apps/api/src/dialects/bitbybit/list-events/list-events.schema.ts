import { z } from 'zod';
import { decodeCursor, type FeedCursor } from '#ledger';

const WAIT_SECONDS_MAX = 60;

export const eventsQuery = z.object({
  cursor: z
    .string()
    .max(255)
    .optional()
    .transform((text, context): FeedCursor | undefined => {
      if (text === undefined) return undefined;
      const cursor = decodeCursor(text);
      if (cursor !== undefined) return cursor;
      context.addIssue('must be taken from pagination.nextCursor');
      return z.NEVER;
    })
    .meta({
      type: 'string',
      description: 'Where to go on; take it from pagination.nextCursor. Left out: from the beginning.',
    }),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d{0,2}|1000)$/, 'must be a whole number from 1 to 1000')
    .transform(Number)
    .default(100)
    .meta({ type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
  wait: z
    .string()
    .regex(/^\d{1,2}$/, `must be seconds from 0 to ${WAIT_SECONDS_MAX}`)
    .transform(Number)
    .refine((seconds) => seconds <= WAIT_SECONDS_MAX, `must be seconds from 0 to ${WAIT_SECONDS_MAX}`)
    .default(0)
    .meta({
      type: 'integer',
      minimum: 0,
      maximum: WAIT_SECONDS_MAX,
      default: 0,
      description: 'Seconds to hold an empty answer back for.',
    }),
});
export type EventsQuery = z.output<typeof eventsQuery>;
