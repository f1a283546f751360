import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { OrderError, RedemptionReader, type StoredOrder } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { ApplyOrderCommand } from '../../../orders/apply-order/apply-order.command.js';
import { CancelOrderCommand } from '../../../orders/cancel-order/cancel-order.command.js';
import { BonifiqScope } from '../access.js';
import { DescribeBonifiq } from '../describe.js';
import { done, type Envelope } from '../envelope.js';
import { amountOf, numberOfCents } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { customerOfOrder } from './customer-of-order.js';
import { orderBody, orderSchema, orderStatuses, type OrderBody, type OrderResult } from './order.schema.js';

const described = {
  summary: 'Tell of an order, with the code of what was redeemed for it',
  description:
    '`OriginalId` is the natural key: the same order again changes nothing. One that comes as cancelled gives back what it deducted.',
  schema: orderSchema,
};

@Controller(BONIFIQ)
export class BonifiqOrderController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly prisma: PrismaClient,
    private readonly reader: RedemptionReader,
  ) {}

  /** Shops on the net tell of their orders here, tills below; they are the same orders. */
  @Post('Order')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({ ...described, operationId: 'bonifiqPostStoreOrder' })
  async orderOfStore(
    @Body({ schema: orderBody }) body: OrderBody,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<OrderResult>> {
    return this.order(body, call, reply);
  }

  @Post('POS/orders')
  @HttpCode(200)
  @BonifiqScope('redemptions:write')
  @DescribeBonifiq({ ...described, operationId: 'bonifiqPostOrder' })
  async order(
    @Body({ schema: orderBody }) body: OrderBody,
    @Call() call: CallContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<OrderResult>> {
    const customerId = await customerOfOrder(this.queries, call.companyId, body);
    const { OrderStatus } = body;
    if (OrderStatus === orderStatuses.ignored) return done(withoutPoints(body, customerId, false));
    if (OrderStatus === orderStatuses.cancelled || body.IsCancelledOrReturned === true) {
      await this.#cancel(call, body.OriginalId);
      return done(withoutPoints(body, customerId, true));
    }
    const { order, repeated } = await this.commands.execute(
      new ApplyOrderCommand(call, {
        orderId: body.OriginalId,
        customerId,
        dialect: 'bonifiq',
        totalCents: body.OrderTotal,
        currency: await this.#currencyOf(call.companyId),
        placedAt: body.OrderPlacementDate,
        codes: [body.Coupon, body.ExternalCoupon].filter((code) => code !== undefined),
      }),
    );
    if (repeated) reply.header('idempotency-replayed', 'true');
    return done(await this.#result(call.companyId, order));
  }

  /** An order that was never told of before has nothing to give back. */
  async #cancel(call: CallContext, orderId: string): Promise<void> {
    try {
      await this.commands.execute(new CancelOrderCommand(call, orderId));
    } catch (error) {
      if (!(error instanceof OrderError && error.code === 'ORDER_NOT_FOUND')) throw error;
    }
  }

  /** The dialect names none: its orders are in the company's own. */
  async #currencyOf(companyId: number): Promise<string> {
    const company = await this.prisma.company.findUnique({
      where: { id: companyId },
      select: { baseCurrency: true },
    });
    if (company === null) throw notFound();
    return company.baseCurrency;
  }

  async #result(companyId: number, order: StoredOrder): Promise<OrderResult> {
    const keys = order.redemptions.map(({ redemptionId }) => ({ companyId, redemptionId }));
    const loaded = keys.length === 0 ? [] : await this.reader.load(keys);
    const numbers = new Map(loaded.map(({ redemption }) => [redemption.id, redemption.dialectId]));
    return {
      OriginalId: order.orderId,
      CustomerId: order.customerId,
      OrderTotal: numberOfCents(order.totalCents),
      IsCancelled: false,
      PointsRedeemed: amountOf(order.redemptions.reduce((sum, { points }) => sum + points, 0n)),
      Redemptions: order.redemptions.map(({ redemptionId, points }) => {
        const number = numbers.get(redemptionId);
        return { PointId: number === undefined ? null : Number(number), Points: amountOf(points) };
      }),
    };
  }
}

function withoutPoints({ OriginalId, OrderTotal }: OrderBody, CustomerId: string, IsCancelled: boolean): OrderResult {
  const total = numberOfCents(OrderTotal);
  return { OriginalId, CustomerId, OrderTotal: total, IsCancelled, PointsRedeemed: 0, Redemptions: [] };
}
