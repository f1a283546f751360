import type { FastifyRequest } from 'fastify';
import { invalid } from './api-error.js';

const HEADER = 'idempotency-key';
/** Printable ASCII: what a header carries without a doubt about its encoding. */
const HEADER_KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The caller's key, from the body's `idempotencyKey` or the header `Idempotency-Key`; both mean the same and must agree.
 *
 * @throws ApiError VALIDATION_ERROR
 */
export function idempotencyKeyOf(request: FastifyRequest, fromBody: string | undefined): string | undefined {
  const fromHeader = request.headers[HEADER];
  if (fromHeader === undefined) return fromBody;
  if (request.raw.headersDistinct[HEADER]?.length !== 1) throw invalid('Send one Idempotency-Key header, not several.');
  if (typeof fromHeader !== 'string' || !HEADER_KEY.test(fromHeader)) {
    throw invalid(
      'Idempotency-Key must be 1 to 255 printable ASCII characters; send any other key as "idempotencyKey" in the body.',
    );
  }
  if (fromBody !== undefined && fromBody !== fromHeader) {
    throw invalid(
      'The Idempotency-Key header and "idempotencyKey" in the body differ. Send one of them, or the same twice.',
    );
  }
  return fromHeader;
}
