import { Command } from '@nestjs/cqrs';
import type { FlagResolution, Presence } from '#ledger';
import type { AnsweredRedemption } from '../answered-redemption.js';

/** A person's word on a flagged redemption: it sets the saga going again. */
export class ResolveFlagsCommand extends Command<AnsweredRedemption> {
  constructor(
    readonly redemptionId: string,
    readonly resolution: FlagResolution,
    readonly origin: { readonly traceId: string; readonly signal: Presence },
  ) {
    super();
  }
}
