import type { FastifyReply } from 'fastify';
import type { AnsweredRedemption } from '../../redemptions/answered-redemption.js';
import { refusalOf } from '../../redemptions/refusal.js';
import { done, type Envelope } from './envelope.js';
import { errorOf } from './errors.js';

/**
 * How a call to redeem went. A repeat gets what the redemption first came to, whatever has become of it since (design §2). While it is under
 * way the key that it can be repeated with stands in the result, even if the server made it.
 */
export function outcomeOf<Result>(
  { view: { redemption }, repeated, idempotencyKey }: AnsweredRedemption,
  result: Result,
  reply: FastifyReply,
): Envelope<Result> {
  if (repeated) reply.header('idempotency-replayed', 'true');
  if (redemption.firstOutcome === 'granted') return done(result);
  reply.code(400);
  if (redemption.firstOutcome === undefined) {
    const message = `The redemption is in progress. Repeat the request with the same OriginalKey: ${idempotencyKey}`;
    return errorOf('REQUEST_IN_PROGRESS', message, result);
  }
  const { code, message } = refusalOf(redemption);
  return errorOf(code, message);
}
