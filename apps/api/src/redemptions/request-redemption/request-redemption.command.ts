import { Command } from '@nestjs/cqrs';
import type { Deduction, Decimal, Points } from '#domain';
import type { NumberedDialect } from '#ledger';
import type { CallContext } from '../../http/call-context.js';
import type { AnsweredRedemption } from '../answered-redemption.js';

/** What is to be redeemed, whatever the dialect. */
export interface RedemptionRequest {
  readonly customerId: string;
  readonly rewardOptionId: string;
  /** Absent: the option's own name, and then the option has to be in the catalogue. */
  readonly rewardName: string | undefined;
  /** Absent: as many as the option costs, or as `value` comes to. */
  readonly points: Points | undefined;
  /** Money, of a cashback option. */
  readonly value?: Decimal | undefined;
  /** ISO 4217: what the caller takes the option's currency to be. */
  readonly currency?: string | undefined;
  /** What is being bought with it, in the option's currency, where there is a purchase already. */
  readonly purchaseAmount?: Decimal | undefined;
  readonly deduction: Deduction;
  /** How long the hold lasts; absent: as the option's expiration says where an order is waited for, else as the settings say. */
  readonly reserveTtlSeconds: number | undefined;
  /** A configured provider; beside a code of the caller's own, only a label. Absent: the option's, else the company's default. */
  readonly voucherProvider: string | undefined;
  /** The caller holds a voucher already: no provider is asked. */
  readonly callerVoucher: { readonly code: string; readonly externalId: string | undefined } | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** The dialect calls redemptions by integers: one is drawn for this one. */
  readonly numberedBy?: NumberedDialect | undefined;
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
