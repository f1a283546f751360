import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DomainError, type Redemption } from '#domain';
import { SettlementWatcher, type RedemptionView } from '#ledger';
import type { ServiceConfig } from '#platform';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError } from '../../../http/api-error.js';
import type { CallContext } from '../../../http/call-context.js';
import type { AnsweredRedemption } from '../../../redemptions/answered-redemption.js';
import { RedemptionMessages } from '../../../redemptions/redemption-messages.js';
import {
  RequestRedemptionCommand,
  type RedemptionRequest,
} from '../../../redemptions/request-redemption/request-redemption.command.js';

/** How often the wait is taken up again where a redemption can't be released because its provider can't void a voucher. */
const LONGER_WAITS_MAX = 5;

/**
 * Redeems to an end. The dialect has no key that a caller could repeat, so an open outcome must not stay open: when the wait runs out, or
 * the caller hangs up, the redemption is released first, and 503 is answered once that stands on record (dialects.md §6).
 */
@Injectable()
export class DecidedRedemptions {
  constructor(
    private readonly commands: CommandBus,
    private readonly messages: RedemptionMessages,
    private readonly watcher: SettlementWatcher,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** @throws ApiError SERVICE_UNAVAILABLE when it was released for want of an outcome */
  async decide(
    call: CallContext,
    request: RedemptionRequest,
    idempotencyKey: string | undefined,
  ): Promise<AnsweredRedemption> {
    const command = new RequestRedemptionCommand(call, 'yotpo', request, idempotencyKey, this.config.redeemWaitMs);
    const answered = await this.commands.execute(command);
    const { view } = answered;
    if (view.redemption.firstOutcome !== undefined) return answered;
    return { ...answered, view: await this.#end(call, view.redemption.id) };
  }

  /** What the redemption came to after all; it does not return where it was released. */
  async #end(call: CallContext, redemptionId: string): Promise<RedemptionView> {
    for (let waits = 0; ; waits++) {
      await this.#release(call, redemptionId);
      const view = await this.messages.view(call, redemptionId);
      if (isUndone(view.redemption)) throw overdue();
      // The voucher was there first, or the redemption has failed by itself.
      if (view.redemption.firstOutcome !== undefined) return view;
      // It has its voucher and is about to be deducted; or nobody can void what the provider may have made, and it will be, sooner or later.
      if (waits >= LONGER_WAITS_MAX || call.signal.aborted) throw stillGoing(view.redemption);
      await this.watcher.wait(
        { ...call, redemptionId },
        {
          waitMs: this.config.redeemWaitMs,
          signal: call.signal,
        },
      );
    }
  }

  /** Asks for release though the caller may have gone. Where the domain refuses, the redemption says why. */
  async #release(call: CallContext, redemptionId: string): Promise<void> {
    try {
      await this.messages.send({
        call: { ...call, signal: new AbortController().signal },
        scope: 'holdfast.release',
        command: { type: 'ReleaseRedemption', redemptionId, unlessIssued: true },
        terms: [null],
        idempotencyKey: undefined,
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}

function isUndone({ status, failureReason, releaseStartReason, releaseReason }: Redemption): boolean {
  if (status === 'failed') return failureReason === 'cancelled';
  return status === 'releasing' || status === 'released'
    ? (releaseReason ?? releaseStartReason) === 'cancelled'
    : false;
}

function overdue(): ApiError {
  return new ApiError(
    'SERVICE_UNAVAILABLE',
    'No coupon was to be had in time. The redemption is being undone, and no points are deducted; redeem again later.',
  );
}

function stillGoing({ dialectId }: Redemption): ApiError {
  return new ApiError(
    'SERVICE_UNAVAILABLE',
    `The coupon’s provider has not answered, and what it issues cannot be undone. Redemption ${String(dialectId)} goes on by itself; look for it in the customer’s history.`,
  );
}
