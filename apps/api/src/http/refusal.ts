import { LedgerError } from '#ledger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from './describe-error.js';
import { errorShapeOf, type ErrorShape } from './error-shape.js';

const RETRY_AFTER_MS = 1_000;
/** Where a request's trace id stands in the text that is made once. */
const TRACE_ID = '00000000-trace-id-00000000';

/** Tells a caller to come back later. */
export type Refuse = (request: FastifyRequest, reply: FastifyReply) => void;

/** An answer that differs from request to request in nothing but the trace id. */
interface PreparedAnswer {
  readonly status: number;
  readonly retryAfter: string;
  readonly textBefore: string;
  readonly textAfter: string;
}

/**
 * Answers requests for which there is no room as the error filter would, but without being thrown, caught and described again: under overload
 * that is done thousands of times a second by a process that has no time.
 */
export function refuseIn(shapes: readonly ErrorShape[]): Refuse {
  const prepared = new Map<ErrorShape, PreparedAnswer>();
  return (request, reply) => {
    const shape = errorShapeOf(shapes, request.url);
    let answer = prepared.get(shape);
    if (answer === undefined) prepared.set(shape, (answer = prepare(shape)));
    const { status, retryAfter, textBefore, textAfter } = answer;
    void reply
      .code(status)
      .header('retry-after', retryAfter)
      .header('content-type', 'application/json; charset=utf-8')
      .send(textAfter === '' ? textBefore : textBefore + request.traceId + textAfter);
  };
}

function prepare({ bodyOf, statusOf = (status) => status }: ErrorShape): PreparedAnswer {
  const described = describeError(new LedgerError('LEDGER_OVERLOADED', { retryAfterMs: RETRY_AFTER_MS }));
  const [textBefore = '', textAfter = ''] = JSON.stringify(bodyOf(described, TRACE_ID)).split(TRACE_ID);
  return {
    status: statusOf(described.status),
    retryAfter: String(described.retryAfterSeconds),
    textBefore,
    textAfter,
  };
}
