import { Command } from '@nestjs/cqrs';
import type { CallContext } from '../../http/call-context.js';
import type { AwaitedRedemption } from '../answered-redemption.js';

/** Undoes a redemption whatever has become of it: releases what is held, reverses what is committed. The second time changes nothing. */
export class GiveBackRedemptionCommand extends Command<AwaitedRedemption> {
  constructor(
    readonly call: CallContext,
    readonly redemptionId: string,
    readonly waitMs: number,
  ) {
    super();
  }
}
