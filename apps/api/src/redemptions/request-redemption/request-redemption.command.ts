import { Command } from '@nestjs/cqrs';
import type { Deduction } from '#domain';
import type { CallContext } from '../../http/call-context.js';
import type { AnsweredRedemption } from '../answered-redemption.js';

/** What is to be redeemed, whatever the dialect. */
export interface RedemptionRequest {
  readonly customerId: string;
  readonly rewardOptionId: string;
  readonly rewardName: string;
  readonly points: bigint;
  readonly deduction: Deduction;
  /** How long the hold lasts; absent: as the settings say. */
  readonly reserveTtlSeconds: number | undefined;
  /** A configured provider; beside a code of the caller's own, only a label. Absent: the company's default. */
  readonly voucherProvider: string | undefined;
  /** The caller holds a voucher already: no provider is asked. */
  readonly callerVoucher: { readonly code: string; readonly externalId: string | undefined } | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

export class RequestRedemptionCommand extends Command<AnsweredRedemption> {
  constructor(
    readonly call: CallContext,
    readonly dialect: string,
    readonly request: RedemptionRequest,
    /** The caller's own key. */
    readonly idempotencyKey: string | undefined,
    readonly waitMs: number,
  ) {
    super();
  }
}
