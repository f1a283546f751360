import { z } from 'zod';
import type { RecentCursor } from '../../../customers/list-recent-customers/list-recent-customers.query.js';
import { invalid } from '../../../http/api-error.js';

const ID_MAX = 255;
/** As long as tokens get: a time, and an id in which JSON writes each character as an escape of six, all in base64. */
export const PAGE_TOKEN_MAX = Math.ceil(((20 + 6 * ID_MAX) * 4) / 3);

const content = z.tuple([
  z
    .int()
    .min(0)
    .max(Date.UTC(2255, 0, 1)),
  z.string().max(ID_MAX),
]);

/** `page_info`: opaque to callers, a place in the list to us. */
export function pageToken({ updatedAt, customerId }: RecentCursor): string {
  return Buffer.from(JSON.stringify([updatedAt.getTime(), customerId])).toString('base64url');
}

/** @throws ApiError VALIDATION_ERROR */
export function readPageToken(token: string): RecentCursor {
  const read = content.safeParse(parsed(Buffer.from(token, 'base64url').toString('utf8')));
  if (!read.success || /\0/.test(read.data[1])) {
    throw invalid('page_info is not a token of this list. Take it from metadata.next_page_info.');
  }
  const [millis, customerId] = read.data;
  return { updatedAt: new Date(millis), customerId };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
