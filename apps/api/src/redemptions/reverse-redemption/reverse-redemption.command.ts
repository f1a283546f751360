import { Command } from '@nestjs/cqrs';
import type { CallContext } from '../../http/call-context.js';
import type { AwaitedRedemption } from '../answered-redemption.js';

/** Gives committed points back: all that are left where `points` is absent. An unused voucher is voided first. */
export class ReverseRedemptionCommand extends Command<AwaitedRedemption> {
  constructor(
    readonly call: CallContext,
    readonly redemptionId: string,
    readonly points: bigint | undefined,
    readonly reason: string | undefined,
    readonly idempotencyKey: string | undefined,
    readonly waitMs: number,
  ) {
    super();
  }
}
