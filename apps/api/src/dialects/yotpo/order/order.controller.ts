import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { RedemptionReader, type StoredOrder } from '#ledger';
import { Call, type CallContext } from '../../../http/call-context.js';
import { ApplyOrderCommand } from '../../../orders/apply-order/apply-order.command.js';
import { YotpoScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeYotpo } from '../describe.js';
import { amountOf } from '../fields.js';
import { Parameters } from '../parameters.js';
import { YOTPO } from '../path.js';
import { orderParameters, orderSchema, type OrderAnswer, type OrderParameters } from './order.schema.js';

@Controller(YOTPO)
export class YotpoOrderController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly reader: RedemptionReader,
  ) {}

  @Post('orders')
  @HttpCode(200)
  @YotpoScope('redemptions:write')
  @DescribeYotpo({
    summary: 'Tell of an order and deduct what its coupons hold',
    description: '`order_id` is the natural key: the same order again changes nothing and answers the same.',
    operationId: 'yotpoCreateOrder',
    body: orderParameters,
    schema: orderSchema,
  })
  async order(
    @Parameters(orderParameters) parameters: OrderParameters,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAnswer> {
    const { customerId } = await customerOf(this.queries, call.companyId, parameters);
    const { order, repeated } = await this.commands.execute(
      new ApplyOrderCommand(call, {
        orderId: parameters.order_id,
        customerId,
        dialect: 'yotpo',
        totalCents: parameters.total_amount_cents,
        currency: parameters.currency_code,
        placedAt: parameters.created_at,
        codes: parameters.coupon_code,
      }),
    );
    if (repeated) reply.header('idempotency-replayed', 'true');
    return this.#answer(call.companyId, order);
  }

  async #answer(companyId: number, order: StoredOrder): Promise<OrderAnswer> {
    const keys = order.redemptions.map(({ redemptionId }) => ({ companyId, redemptionId }));
    const loaded = keys.length === 0 ? [] : await this.reader.load(keys);
    const numbers = new Map(loaded.map(({ redemption }) => [redemption.id, redemption.dialectId]));
    const redemptions = order.redemptions.map(({ redemptionId, points }) => {
      const number = numbers.get(redemptionId);
      return { id: number === undefined ? null : Number(number), points: amountOf(points) };
    });
    return {
      order_id: order.orderId,
      customer_id: order.customerId,
      total_amount_cents: Number(order.totalCents),
      currency_code: order.currency,
      created_at: order.placedAt.toISOString(),
      points_redeemed: amountOf(order.redemptions.reduce((sum, { points }) => sum + points, 0n)),
      redemptions,
    };
  }
}
