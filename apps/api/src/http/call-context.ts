import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#domain';
import type { Presence } from '#ledger';
import { isCompanyCaller } from '../auth/caller.js';
import { ApiError } from './api-error.js';

/** Who calls, on whose behalf, and whether they are still there. */
export interface CallContext {
  readonly companyId: number;
  readonly actor: Actor;
  readonly traceId: string;
  /** Aborted when the caller hangs up: a command that still waits in line is then not carried out. */
  readonly signal: Presence;
}

/** The context of a call that was made with a company's API key. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext): CallContext => {
  const http = context.switchToHttp();
  const { caller, traceId } = http.getRequest<FastifyRequest>();
  if (!isCompanyCaller(caller)) throw new ApiError('INTERNAL_ERROR', 'This route was opened without an API key.');
  const { companyId, actor } = caller;
  return { companyId, actor, traceId, signal: signalOf(http.getResponse<FastifyReply>()) };
});

/** Aborted when the connection closes before the answer was written. */
export function signalOf(reply: FastifyReply): Presence {
  const caller = new CallerPresence();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) caller.leave();
  });
  return caller;
}

class CallerPresence implements Presence {
  aborted = false;
  #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners = this.#listeners.filter((known) => known !== listener);
  }

  leave(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}
