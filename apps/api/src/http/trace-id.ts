import { takeRandom } from '#platform';

/** W3C Trace Context: version 00, then the trace id; later versions may add to it. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

/** The caller's trace id where its `traceparent` is valid, else a new one: 32 hexadecimal digits. */
export function traceIdFrom(traceparent: string | string[] | undefined): string {
  const given = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return given ?? takeRandom(16).toString('hex');
}

/** The caller's span, where its `traceparent` is valid: 16 hexadecimal digits. */
export function parentSpanFrom(traceparent: string | string[] | undefined): string | undefined {
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[2] : undefined;
}
