import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#platform';
import { describeError } from './describe-error.js';
import { errorShapeOf, type ErrorShape } from './error-shape.js';

/** The one place where errors become answers, Fastify's own among them. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly shapes: readonly ErrorShape[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): FastifyReply {
    const http = host.switchToHttp();
    const { traceId, url, is404 } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const described = describeError(error);
    const { retryAfterSeconds, ours } = described;
    const { bodyOf, statusOf, challenge } = errorShapeOf(this.shapes, url);
    const status = statusOf === undefined || is404 ? described.status : statusOf(described.status);
    if (ours) this.logger.error({ err: error, traceId }, 'A request could not be answered.');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (status === 401) reply.header('www-authenticate', challenge);
    return reply.code(status).send(bodyOf(described, traceId));
  }
}
