import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { costOf, formatDecimal, type RewardOption } from '#domain';
import type { FoundCustomer } from '#ledger';
import type { ServiceConfig } from '#platform';
import { OpenOptions } from '../../../catalogue/open-options.js';
import { CONFIG } from '../../../engine/tokens.js';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { idempotencyKeyOf } from '../../../http/idempotency-key.js';
import type { AnsweredRedemption } from '../../../redemptions/answered-redemption.js';
import { FindKeyedRedemptionQuery } from '../../../redemptions/find-keyed-redemption/find-keyed-redemption.query.js';
import { RedemptionMessages } from '../../../redemptions/redemption-messages.js';
import {
  RequestRedemptionCommand,
  type RedemptionRequest,
} from '../../../redemptions/request-redemption/request-redemption.command.js';
import { BonifiqScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import type { Envelope } from '../envelope.js';
import { int32Of, numberOf } from '../fields.js';
import { outcomeOf } from '../outcome.js';
import { BONIFIQ } from '../path.js';
import { BonifiqAnswers } from '../redemption-answer.js';
import { metadataOf } from '../remarks.js';
import { checkoutIdOf } from './checkout-id.js';
import { CheckoutHolds, type CheckoutHold } from './checkout-holds.js';
import { applyBody, appliedSchema, type AppliedResult, type ApplyBody } from './checkout.schema.js';

interface Applying {
  readonly call: CallContext;
  readonly customer: FoundCustomer;
  readonly checkoutId: string;
  readonly body: ApplyBody;
}

@Controller(BONIFIQ)
export class BonifiqApplyCashbackController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly options: OpenOptions,
    private readonly holds: CheckoutHolds,
    private readonly messages: RedemptionMessages,
    private readonly answers: BonifiqAnswers,
    @Inject(CONFIG) private readonly config: ServiceConfig,
  ) {}

  @Post('Checkout/redeem')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({
    summary: 'Apply cashback in a checkout',
    description:
      'The points are held until the order that carries `ExternalCode`. Cashback that was applied before, in this checkout or another, without an order is given back.',
    operationId: 'bonifiqApplyCashback',
    schema: appliedSchema,
  })
  async apply(
    @Body({ schema: applyBody }) body: ApplyBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<AppliedResult>> {
    const key = idempotencyKeyOf(request, body.OriginalKey);
    const checkoutId = checkoutIdOf(body);
    if (body.Total !== undefined && body.CashbackValue > body.Total) {
      throw new ApiError('VALUE_EXCEEDS_PURCHASE', 'CashbackValue is more than the Total of the checkout.');
    }
    const customer = await customerOf(this.queries, call.companyId, body.CustomerId);
    const answered = await this.#answered({ call, customer, checkoutId, body }, key);
    const result = {
      ...this.answers.redeemed(answered.view, answered.idempotencyKey, false),
      CheckoutId: checkoutId,
      CashbackValue: numberOf(body.CashbackValue),
    };
    return outcomeOf(answered, result, reply);
  }

  /** A repeat under its key must not undo what came after it: it is known before anything is given back. */
  async #answered(applying: Applying, key: string | undefined): Promise<AnsweredRedemption> {
    const { call, customer, checkoutId, body } = applying;
    const { companyId } = call;
    const known = key && (await this.queries.execute(new FindKeyedRedemptionQuery(companyId, 'bonifiq', key)));
    if (known) {
      const { redemption } = await this.messages.view(call, known);
      return this.#request(applying, redemption.rewardOptionId, key);
    }
    const option = await this.#cashback(companyId, body);
    const open = (await this.holds.of(companyId, customer.walletId, checkoutId)).filter(({ isOpen }) => isOpen);
    const same = key === undefined ? open.find((hold) => isSame(hold, checkoutId, body)) : undefined;
    await this.holds.release(
      call,
      open.filter((hold) => hold !== same),
    );
    if (same !== undefined) {
      const view = await this.messages.view(call, same.redemption.id);
      const { idempotencyKey = same.redemption.id } = view.requestText ?? {};
      return { view, repeated: true, idempotencyKey };
    }
    const answered = await this.#request(applying, String(option.id), key);
    await this.#giveBackOlder(applying, answered.view.redemption.firstVersion);
    return answered;
  }

  /** The cashback that every checkout applies is the first of the catalogue. @throws ApiError REWARD_NOT_AVAILABLE, NUMBER_OUT_OF_RANGE */
  async #cashback(companyId: number, { CashbackValue: value }: ApplyBody): Promise<RewardOption> {
    const option = (await this.options.list(companyId)).find(({ cost }) => cost.kind === 'cashback');
    if (option === undefined) throw new ApiError('REWARD_NOT_AVAILABLE', 'There is no cashback to be applied now.');
    const cost = costOf(option, { points: undefined, value, currency: undefined });
    if (cost.kind === 'points') int32Of(cost.points);
    return option;
  }

  #request(
    { call, customer, checkoutId, body }: Applying,
    rewardOptionId: string,
    key: string | undefined,
  ): Promise<AnsweredRedemption> {
    const asked: RedemptionRequest = {
      customerId: customer.customerId,
      rewardOptionId,
      rewardName: undefined,
      points: undefined,
      value: body.CashbackValue,
      purchaseAmount: body.Total,
      deduction: 'order',
      reserveTtlSeconds: undefined,
      voucherProvider: 'generated',
      callerVoucher: undefined,
      metadata: metadataOf({ CheckoutId: checkoutId, RedeemOrigin: body.RedeemOrigin }),
      numberedBy: 'bonifiq',
    };
    const command = new RequestRedemptionCommand(call, 'bonifiq', asked, key, this.config.redeemWaitMs);
    return this.commands.execute(command);
  }

  /** Two checkouts at once may both have found nothing to give back: the later of the two stays. */
  async #giveBackOlder({ call, customer, checkoutId }: Applying, firstVersion: bigint): Promise<void> {
    const holds = await this.holds.of(call.companyId, customer.walletId, checkoutId);
    await this.holds.release(
      call,
      holds.filter(({ isOpen, redemption }) => isOpen && redemption.firstVersion < firstVersion),
    );
  }
}

function isSame({ checkoutId, redemption }: CheckoutHold, wanted: string, { CashbackValue }: ApplyBody): boolean {
  const isHeld = redemption.status === 'requested' || redemption.status === 'reserved';
  return isHeld && checkoutId === wanted && redemption.terms?.discountValue === formatDecimal(CashbackValue);
}
