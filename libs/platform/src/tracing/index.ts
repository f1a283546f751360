/** Imported as `#platform/tracing`. */
export { recordGroup } from './group-spans.js';
export { openTracer } from './open-tracer.js';
export { recordRequest, requestSpanId } from './request-span.js';
export type { Span, SpanAttributes, SpanStart, Tracer } from './tracer.js';
