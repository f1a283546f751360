import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Call, type CallContext } from '../../../http/call-context.js';
import { RefundOrderCommand } from '../../../orders/refund-order/refund-order.command.js';
import { YotpoScope } from '../access.js';
import { DescribeYotpo } from '../describe.js';
import { amountOf } from '../fields.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import { refundParameters, refundSchema, type RefundAnswer, type RefundParameters } from './refund.schema.js';

@Controller(YOTPO)
export class YotpoRefundController {
  constructor(private readonly commands: CommandBus) {}

  @Post('refunds')
  @HttpCode(200)
  @YotpoScope('redemptions:write')
  @DescribeYotpo({
    summary: 'Give back points of a refunded order',
    description:
      'In proportion to the money, rounded down over all parts together. `id` is the key; without one, the same order, amount and items are the same refund.',
    operationId: 'yotpoCreateRefund',
    body: refundParameters,
    schema: refundSchema,
  })
  async refund(
    @Parameters(refundParameters) parameters: RefundParameters,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RefundAnswer> {
    const { order_id: orderId, id: refundId, total_amount_cents: amountCents, currency, items } = parameters;
    const says = [orderId, String(amountCents), items ?? null];
    const told = { orderId, refundId, says, amountCents, currency };
    const { order, refund, repeated } = await this.commands.execute(new RefundOrderCommand(call, told));
    if (repeated) reply.header('idempotency-replayed', 'true');
    return {
      order_id: orderId,
      id: refundId ?? null,
      total_amount_cents: Number(amountCents),
      currency: order.currency,
      points_refunded: amountOf(refund.parts.reduce((sum, { points }) => sum + points, 0n)),
    };
  }
}
