import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span as SdkSpan,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type IdGenerator } from '@opentelemetry/sdk-trace-base';
import type { Secret } from '../config/secret.js';
import type { Span, SpanStart, Tracer } from './tracer.js';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;
const CLOSE_MS = 3_000;

/**
 * Traces through OpenTelemetry's SDK to a collector, by OTLP over HTTP. Sampling and batching are the SDK's and follow its variables
 * (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`, `OTEL_EXPORTER_OTLP_HEADERS`). Loading this module loads the SDK.
 */
export class OtlpTracer implements Tracer {
  readonly #ids = new GivenIds();
  readonly #provider: BasicTracerProvider;
  readonly #around = new AsyncLocalStorage<SpanContext>();
  /** Of each trace the outermost span of this process that is under way. */
  readonly #open = new Map<string, SpanContext>();

  constructor(endpoint: Secret, app: string) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint.reveal().replace(/\/+$/, '')}/v1/traces` });
    this.#provider = new BasicTracerProvider({
      idGenerator: this.#ids,
      resource: resourceFromAttributes({ 'service.name': `holdfast-${app}`, 'process.pid': process.pid }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
  }

  async within<Result>(name: string, start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    const span = this.#begin(name, start);
    try {
      const result = await this.#around.run(span.context, () => work(span));
      span.end();
      return result;
    } catch (error) {
      span.end({ failed: true });
      throw error;
    }
  }

  begin(name: string, start: SpanStart): Span {
    return this.#begin(name, start);
  }

  #begin(name: string, start: SpanStart): Span & { readonly context: SpanContext } {
    const span = this.#start(name, start);
    const own = span.spanContext();
    const isOutermost = !this.#open.has(own.traceId);
    if (isOutermost) this.#open.set(own.traceId, own);
    let ended = false;
    return {
      context: own,
      traceId: own.traceId,
      spanId: own.spanId,
      end: ({ failed = false, attributes = {} } = {}) => {
        if (ended) return;
        ended = true;
        if (this.#open.get(own.traceId) === own) this.#open.delete(own.traceId);
        span.setAttributes(attributes);
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  currentTraceId(): string | undefined {
    return this.#around.getStore()?.traceId;
  }

  record(name: string, start: SpanStart & { readonly seconds: number }): void {
    const endMs = Date.now();
    this.#start(name, start, endMs - start.seconds * 1_000).end(endMs);
  }

  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late]);
  }

  #start(
    name: string,
    { traceId, parentSpanId, spanId, kind = 'internal', attributes = {} }: SpanStart,
    startMs?: number,
  ): SdkSpan {
    this.#ids.nextTrace = traceId;
    this.#ids.nextSpan = spanId;
    return this.#provider
      .getTracer('holdfast')
      .startSpan(
        name,
        { kind: KINDS[kind], attributes, ...(startMs === undefined ? {} : { startTime: startMs }) },
        this.#parentOf(traceId, parentSpanId),
      );
  }

  #parentOf(traceId: string | undefined, parentSpanId: string | undefined): Context {
    if (traceId !== undefined && parentSpanId !== undefined) {
      return trace.setSpanContext(ROOT_CONTEXT, {
        traceId,
        spanId: parentSpanId,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      });
    }
    const around = this.#around.getStore();
    const parent = traceId === undefined || around?.traceId === traceId ? around : this.#open.get(traceId);
    return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
  }
}

/** The SDK makes a trace id where a span has no parent; ours is the request's, which stands in its events. A span's id may be given, too. */
class GivenIds implements IdGenerator {
  nextTrace: string | undefined;
  nextSpan: string | undefined;

  generateTraceId(): string {
    const id = this.nextTrace ?? randomBytes(16).toString('hex');
    this.nextTrace = undefined;
    return id;
  }

  generateSpanId(): string {
    const id = this.nextSpan ?? randomBytes(8).toString('hex');
    this.nextSpan = undefined;
    return id;
  }
}
