import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { OrderError, type GivenRefund } from '#ledger';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { CancelOrderCommand } from '../../../orders/cancel-order/cancel-order.command.js';
import { RefundOrderCommand, type RefundTold } from '../../../orders/refund-order/refund-order.command.js';
import { BonifiqScope } from '../access.js';
import { DescribeBonifiq } from '../describe.js';
import { done, type Envelope } from '../envelope.js';
import { amountOf, numberOfCents } from '../fields.js';
import { BONIFIQ } from '../path.js';
import {
  cancelledOrderSchema,
  orderParams,
  partialCancelBody,
  type CancelledOrderResult,
  type OrderParams,
  type PartialCancelBody,
} from './order.schema.js';

@Controller(BONIFIQ)
export class BonifiqCancelOrderController {
  constructor(private readonly commands: CommandBus) {}

  @Post('POS/orders/:orderId/cancel')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({
    summary: 'Cancel an order and give back all that is left of what it deducted',
    description: 'The second time nothing changes, and the answer is the same.',
    operationId: 'bonifiqCancelOrder',
    schema: cancelledOrderSchema,
  })
  async cancel(
    @Param({ schema: orderParams }) { orderId }: OrderParams,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<CancelledOrderResult>> {
    const given = await this.commands.execute(new CancelOrderCommand(call, orderId));
    if (given.repeated) reply.header('idempotency-replayed', 'true');
    return done(resultOf(given, null));
  }

  @Post('POS/orders/:orderId/partialcancel')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({
    summary: 'Cancel a part of an order',
    description: 'Points go back in proportion to the money. A `CancelKey` works once; used again it is refused.',
    operationId: 'bonifiqPartialCancelOrder',
    schema: cancelledOrderSchema,
  })
  async partialCancel(
    @Param({ schema: orderParams }) { orderId }: OrderParams,
    @Body({ schema: partialCancelBody }) { ValueToRefund, CancelKey }: PartialCancelBody,
    @Call() call: CallContext,
  ): Promise<Envelope<CancelledOrderResult>> {
    const told = { orderId, refundId: CancelKey, says: [], amountCents: ValueToRefund, currency: undefined };
    const given = await this.#refund(call, told);
    if (given.repeated) throw keyUsed();
    return done(resultOf(given, CancelKey));
  }

  async #refund(call: CallContext, told: RefundTold): Promise<GivenRefund> {
    try {
      return await this.commands.execute(new RefundOrderCommand(call, told));
    } catch (error) {
      if (error instanceof OrderError && error.code === 'REFUND_DIFFERS') throw keyUsed();
      throw error;
    }
  }
}

function keyUsed(): ApiError {
  return new ApiError('CANCEL_KEY_USED', 'This CancelKey was used before for this order. Nothing was changed.');
}

function resultOf({ order, refund }: GivenRefund, CancelKey: string | null): CancelledOrderResult {
  return {
    OriginalId: order.orderId,
    IsCancelled: refund.kind === 'cancellation',
    ValueRefunded: numberOfCents(refund.amountCents),
    PointsReturned: amountOf(refund.parts.reduce((sum, { points }) => sum + points, 0n)),
    CancelKey,
  };
}
