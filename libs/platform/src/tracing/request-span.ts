import { createHash } from 'node:crypto';
import type { Tracer } from './tracer.js';

/**
 * The id of the span that stands for a redemption's request: 16 hexadecimal digits. It follows from the redemption's id, which both sides know:
 * the worker's spans hang on it without anything being handed over, since what is handed over may be lost.
 */
export function requestSpanId(redemptionId: string): string {
  return createHash('sha256').update(`request span of ${redemptionId}`).digest('hex').slice(0, 16);
}

/** Tells that a redemption was opened, and is now the worker's to do, within the request that opened it. */
export function recordRequest(tracer: Tracer, traceId: string | undefined, redemptionId: string): void {
  if (traceId === undefined) return;
  const attributes = { 'holdfast.redemption': redemptionId };
  const spanId = requestSpanId(redemptionId);
  tracer.record('redemption requested', { traceId, spanId, kind: 'producer', seconds: 0, attributes });
}
