import { Command } from '@nestjs/cqrs';
import type { GivenRefund } from '#ledger';
import type { CallContext } from '../../http/call-context.js';

/** Gives back all that is left of what an order committed. The second time nothing changes, and the answer is the same. */
export class CancelOrderCommand extends Command<GivenRefund> {
  constructor(
    readonly call: CallContext,
    readonly orderId: string,
  ) {
    super();
  }
}
