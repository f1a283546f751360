import { Command } from '@nestjs/cqrs';
import type { FlagOutcome } from '#domain';
import type { AnsweredRedemption } from '../answered-redemption.js';

export interface FlagResolution {
  readonly outcome: FlagOutcome;
  /** The voucher's code, for the outcome `issued` and no other. */
  readonly code: string | undefined;
  readonly note: string;
  /** Whose word it is; stays on the event. */
  readonly resolvedBy: string;
  readonly idempotencyKey: string | undefined;
}

/** A person's word on a flagged redemption: it sets the saga going again. */
export class ResolveFlagsCommand extends Command<AnsweredRedemption> {
  constructor(
    readonly redemptionId: string,
    readonly resolution: FlagResolution,
    readonly origin: { readonly traceId: string; readonly signal: AbortSignal },
  ) {
    super();
  }
}
