import type { DescribedError } from './describe-error.js';
import { errorEnvelope } from './error-envelope.js';

/** How the calls below an address tell of errors. */
export interface ErrorShape {
  /** `/api/v2/`: every address that begins so, the ones that are not there included. */
  readonly prefix: string;
  readonly bodyOf: (error: DescribedError, traceId: string) => unknown;
  /** What the dialect makes of a status, where it doesn't know them all. Addresses that are not there stay 404. */
  readonly statusOf?: (status: number) => number;
  /** `www-authenticate` of a 401. */
  readonly challenge: string;
}

/** bitbybit's and our own. */
const standard: ErrorShape = {
  prefix: '/',
  bodyOf: ({ status, code, message }, traceId) => errorEnvelope(status, code, message, traceId),
  challenge: 'ApiKey',
};

export function errorShapeOf(shapes: readonly ErrorShape[], url: string): ErrorShape {
  return shapes.find(({ prefix }) => url.startsWith(prefix)) ?? standard;
}
