import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createNestLogger } from '#platform';
import type { Tracer } from '#platform/tracing';
import { Admission } from './admission/admission.js';
import type { AdmissionLimits } from './admission/admission-line.js';
import { ApiModule } from './api.module.js';
import { ApiKeyDirectory } from './auth/api-key-directory.js';
import { Authenticator } from './auth/authenticate.js';
import { dialectErrorShapes } from './dialects/error-shapes.js';
import { describeApi } from './docs/describe-api.js';
import type { Engine } from './engine/engine.js';
import { ErrorFilter } from './http/error.filter.js';
import { parseJsonBody } from './http/json-text.js';
import { answerBrokenHttp, answerFrameworkErrors } from './http/raw-errors.js';
import { refuseIn } from './http/refusal.js';
import { addRequestHooks, type RegisteredRoute } from './http/request-hooks.js';
import { SchemaPipe } from './http/schema.pipe.js';
import type { Metrics } from './metrics/metrics.js';

const BODY_BYTES_MAX = 1_048_576;
/** 255 characters of four bytes, each written as `%XX`, with room to spare: what is longer is refused by its schema. */
const PARAM_MAX = 4_096;

export interface Api {
  readonly app: NestFastifyApplication;
  /** Everything that is routed, as Fastify was told it. */
  readonly routes: readonly RegisteredRoute[];
}

export interface ApiOptions {
  /** Whether `/openapi.json` and `/docs` are served. */
  readonly documentation: boolean;
  /** How much is taken at once. Unset: what suits a machine in production. */
  readonly admission?: AdmissionLimits;
  /** Makes a span of each request. */
  readonly tracer?: Tracer | undefined;
}

/** The HTTP side on an open engine, ready to listen. Closing it leaves the engine open. */
export async function createApi(engine: Engine, metrics: Metrics, options: ApiOptions): Promise<Api> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PARAM_MAX },
    // Requests that come in on open connections while the program stops are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerFrameworkErrors(dialectErrorShapes),
    clientErrorHandler: answerBrokenHttp,
    // No middleware of Express' kind is used, so none is looked for on each request.
    skipMiddie: true,
  });
  const fastify = adapter.getInstance();
  const admission = new Admission(() => engine.watcher.waitingElsewhere, options.admission);
  const routes = addRequestHooks(fastify, {
    metrics,
    admission: { gate: admission, refuse: refuseIn(dialectErrorShapes) },
    authenticator: () => authenticator,
    tracer: options.tracer,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(engine, metrics), adapter, {
    logger: createNestLogger(engine.logger.child({}, { level: quieter(engine.config.logLevel) })),
    bodyParser: false,
  });
  const authenticator = new Authenticator(app.get(ApiKeyDirectory), engine.config.adminApiKey);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ErrorFilter(engine.logger, dialectErrorShapes));
  if (options.documentation) describeApi(app);
  metrics.watchWaitingLine(() => engine.ledger.waiting);
  metrics.watchAdmission(admission);
  metrics.watchState(() => engine.figures());
  await app.init();
  await fastify.ready();
  return { app, routes };
}

/** Nest tells every route it maps at `info`; that is a developer's business. */
function quieter(level: string): string {
  return level === 'info' ? 'warn' : level;
}
