import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Span, Tracer } from '#platform/tracing';
import type { Admission } from '../admission/admission.js';
import type { Access } from '../auth/access.js';
import type { Authenticator } from '../auth/authenticate.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Refuse } from './refusal.js';
import { parentSpanFrom, traceIdFrom } from './trace-id.js';

/** Pages of the description, which the documentation module puts up by itself. */
const DOCUMENTATION = /^\/(?:openapi\.json|docs(?:[/-].*)?)$/;

/** A route as it was registered. */
export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

/**
 * Gives every request its trace and its caller, and refuses at start any route that doesn't say who may call it. To be called before
 * routes are registered; returns the list that they will stand in.
 */
export function addRequestHooks(
  fastify: FastifyInstance,
  deps: {
    readonly authenticator: () => Authenticator;
    readonly metrics: Metrics;
    /** Unset: whatever comes is taken. */
    readonly admission?: { readonly gate: Admission; readonly refuse: Refuse };
    readonly tracer?: Tracer | undefined;
  },
): readonly RegisteredRoute[] {
  const routes: RegisteredRoute[] = [];
  fastify.addHook('onRoute', (route) => {
    const access = accessOf(route);
    const bodyBytesMax = route.config?.bodyBytesMax;
    if (bodyBytesMax !== undefined) route.bodyLimit = bodyBytesMax;
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, access });
  });
  fastify.decorateRequest('traceId', '');
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('span', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    request.traceId = traceIdFrom(request.headers.traceparent);
    reply.header('x-trace-id', request.traceId);
    if (deps.tracer !== undefined) request.span = beginSpan(deps.tracer, request);
    if (request.is404) {
      done();
      return;
    }
    try {
      const access = accessOf(request.routeOptions);
      // First of all: what is refused must cost next to nothing.
      if (deps.admission?.gate.admits(request, reply, access) === false) {
        deps.admission.refuse(request, reply);
        return;
      }
      const caller = deps.authenticator().callerOf(request, access);
      if (!(caller instanceof Promise)) {
        request.caller = caller;
        done();
        return;
      }
      caller.then((found) => {
        request.caller = found;
        done();
      }, done);
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    deps.metrics.requestDone(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    request.span?.end({
      failed: reply.statusCode >= 500,
      attributes: { 'http.response.status_code': reply.statusCode },
    });
    done();
  });
  return routes;
}

/** The span of the whole request, in the caller's trace where it has one. */
function beginSpan(tracer: Tracer, request: FastifyRequest): Span {
  const { method, traceId, headers } = request;
  const route = request.routeOptions.url ?? 'none';
  return tracer.begin(`${method} ${route}`, {
    traceId,
    parentSpanId: parentSpanFrom(headers.traceparent),
    kind: 'server',
    attributes: { 'http.request.method': method, 'http.route': route },
  });
}

function accessOf(route: { readonly url?: string | undefined; readonly config?: RouteOptions['config'] }): Access {
  const access = route.config?.access;
  if (access !== undefined) return access;
  if (route.url !== undefined && DOCUMENTATION.test(route.url)) return { kind: 'public' };
  throw new Error(
    `The route ${route.url ?? '?'} doesn't say who may call it: give it @RequireScope, @AdminOnly or @Public.`,
  );
}
