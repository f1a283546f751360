import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#platform';
import { describeError } from './describe-error.js';
import { errorEnvelope } from './error-envelope.js';

/** The one place where errors become answers, Fastify's own among them. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): FastifyReply {
    const http = host.switchToHttp();
    const { traceId } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, code, message, retryAfterSeconds, ours } = describeError(error);
    if (ours) this.logger.error({ err: error, traceId }, 'A request could not be answered.');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (status === 401) reply.header('www-authenticate', 'ApiKey');
    return reply.code(status).send(errorEnvelope(status, code, message, traceId));
  }
}
