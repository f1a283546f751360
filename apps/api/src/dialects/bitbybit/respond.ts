import type { FastifyReply } from 'fastify';
import type { Wait } from '../../http/prefer.js';
import { LOYALTY } from './path.js';

/** Says on an answer that its request came before, and which preference was honoured. */
export function markAnswer(reply: FastifyReply, answered: { readonly repeated: boolean }, wait?: Wait): void {
  if (answered.repeated) reply.header('idempotency-replayed', 'true');
  if (wait?.applied !== undefined) reply.header('preference-applied', wait.applied);
}

/** 202: the outcome will stand where `Location` points. */
export function markUnderWay(reply: FastifyReply, redemptionId: string): void {
  reply.code(202).header('location', `/${LOYALTY}/redemptions/${redemptionId}`);
}
