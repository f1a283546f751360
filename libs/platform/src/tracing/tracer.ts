/** What a span tells besides its name. Never a code, a key, or anything of a customer's. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** 32 hexadecimal digits. Unset: that of the span around it, or a new one. */
  readonly traceId?: string | undefined;
  /** Of the caller's span in another process: 16 hexadecimal digits. */
  readonly parentSpanId?: string | undefined;
  /** The span's own id, where another process has to know it without being told. Unset: a new one. */
  readonly spanId?: string | undefined;
  /** `server` answers somebody, `client` asks somebody, `producer` leaves something to be done, `consumer` takes that up. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/** A step of a trace that is under way. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  end(result?: { readonly failed?: boolean; readonly attributes?: SpanAttributes }): void;
}

/**
 * Makes traces of what goes on, in a few places only. Spans of one trace id belong together, whichever process they are of; inside a
 * process they are nested as the work is. Undefined stands for "no traces": whoever makes spans asks for that first, so that without
 * a collector the hot path does nothing at all.
 */
export interface Tracer {
  /** A span that ends by itself with the work, and is around every span the work makes. */
  within<Result>(name: string, start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result>;
  /** A span that the caller ends. Until then it is around those of its trace that are begun outside of any. */
  begin(name: string, start: SpanStart): Span;
  /** Of the span the caller is within. */
  currentTraceId(): string | undefined;
  /** A span of what is already over. */
  record(name: string, start: SpanStart & { readonly seconds: number }): void;
  /** Sends what has not been sent yet. Never rejects. */
  close(): Promise<void>;
}
