import { Command } from '@nestjs/cqrs';
import type { CallContext } from '../../http/call-context.js';
import type { AnsweredRedemption } from '../answered-redemption.js';

/** Burns points that are held: all of them where `points` is absent. What is left of the hold goes back. */
export class CommitRedemptionCommand extends Command<AnsweredRedemption> {
  constructor(
    readonly call: CallContext,
    readonly redemptionId: string,
    readonly points: bigint | undefined,
    readonly orderId: string | undefined,
    readonly idempotencyKey: string | undefined,
  ) {
    super();
  }
}
