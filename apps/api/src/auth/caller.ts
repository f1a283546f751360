import type { Actor } from '#domain';
import type { Span } from '#platform/tracing';

/** Whoever made a request, once its key has been checked. */
export type Caller = CompanyCaller | { readonly kind: 'admin' };

export interface CompanyCaller {
  readonly kind: 'company';
  readonly companyId: number;
  readonly actor: Actor;
}

export function isCompanyCaller(caller: Caller | null): caller is CompanyCaller {
  return caller?.kind === 'company';
}

declare module 'fastify' {
  interface FastifyRequest {
    traceId: string;
    /** Null on public routes. */
    caller: Caller | null;
    /** Null where no traces are made. */
    span: Span | null;
  }
}
