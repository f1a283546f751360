import { Command } from '@nestjs/cqrs';
import type { CallContext } from '../../http/call-context.js';
import type { AwaitedRedemption } from '../answered-redemption.js';

/** Gives held points back. Where a voucher is out, it is voided first, and the points follow. */
export class ReleaseRedemptionCommand extends Command<AwaitedRedemption> {
  constructor(
    readonly call: CallContext,
    readonly redemptionId: string,
    readonly reason: string | undefined,
    readonly idempotencyKey: string | undefined,
    readonly waitMs: number,
  ) {
    super();
  }
}
