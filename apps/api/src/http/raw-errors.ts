import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { describeFrameworkStatus } from './describe-error.js';
import { errorEnvelope } from './error-envelope.js';
import { errorShapeOf, type ErrorShape } from './error-shape.js';
import { traceIdFrom } from './trace-id.js';

/** Answers a request that the router refused before any hook ran: bad percent-encoding, an id that is far too long. */
export function answerFrameworkErrors(shapes: readonly ErrorShape[]) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const traceId = traceIdFrom(request.headers.traceparent);
    const described = describeFrameworkStatus(error.statusCode ?? 400);
    const { bodyOf, statusOf = (status) => status } = errorShapeOf(shapes, request.url);
    void reply.code(statusOf(described.status)).header('x-trace-id', traceId).send(bodyOf(described, traceId));
  };
}

/** Answers bytes that are not HTTP, and headers that never end, on the bare connection. */
export function answerBrokenHttp(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = BROKEN_STATUS.get(error.code) ?? 400;
  const traceId = traceIdFrom(undefined);
  const { code, message } = describeFrameworkStatus(status);
  const body = JSON.stringify(errorEnvelope(status, code, message, traceId));
  const head = [
    `HTTP/1.1 ${status} ${REASONS.get(status) ?? 'Bad Request'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-trace-id: ${traceId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const BROKEN_STATUS: ReadonlyMap<string | undefined, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
]);
const REASONS: ReadonlyMap<number, string> = new Map([
  [408, 'Request Timeout'],
  [431, 'Request Header Fields Too Large'],
]);
