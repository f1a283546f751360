import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { LedgerError } from '#ledger';
import { OpenOptions } from '../../../catalogue/open-options.js';
import { ReadCustomersQuery } from '../../../customers/read-customers/read-customers.query.js';
import { ApiError } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { before } from '../../../http/page.js';
import { AdjustPointsCommand, type Adjustment } from '../../../points/adjust-points/adjust-points.command.js';
import type { PointEntry } from '../../../points/point-entry.js';
import { ListHistoryQuery } from '../../../wallets/list-history/list-history.query.js';
import { BonifiqScope } from '../access.js';
import { customerOf, findCustomer } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import { done, type Envelope } from '../envelope.js';
import { amountOf } from '../fields.js';
import { BONIFIQ } from '../path.js';
import { pointTypes } from '../point-types.js';
import { balanceResult, nobody } from './balance-result.js';
import {
  balanceSchema,
  changedSchema,
  changePointsBody,
  customerParams,
  type BalanceResult,
  type ChangedResult,
  type ChangePointsBody,
  type CustomerParams,
} from './points.schema.js';

/** The dialect has no pages here: the newest are given. */
const HISTORY_MAX = 100;

@Controller(BONIFIQ)
export class BonifiqPointsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly options: OpenOptions,
  ) {}

  @Post('Customer/:id/points')
  @HttpCode(200)
  @BonifiqScope('points:write')
  @DescribeBonifiq({
    summary: 'Add points to a customer, or remove some',
    description: 'Never below zero. A `ChangeKey` works once; used again it is refused.',
    operationId: 'bonifiqChangePoints',
    schema: changedSchema,
  })
  async change(
    @Param({ schema: customerParams }) { id }: CustomerParams,
    @Body({ schema: changePointsBody }) body: ChangePointsBody,
    @Call() call: CallContext,
  ): Promise<Envelope<ChangedResult>> {
    const { customerId } = await customerOf(this.queries, call.companyId, id);
    const { event, wallet, repeated } = await this.#adjust(call, customerId, {
      scope: 'bonifiq.points',
      pointsDelta: BigInt(body.Points),
      referenceType: 'manual',
      referenceId: undefined,
      note: body.Reason,
      metadata: undefined,
      idempotencyKey: body.ChangeKey,
    });
    if (repeated) throw keyUsed();
    return done({
      CustomerId: customerId,
      Points: {
        Id: Number(event.version),
        Points: body.Points,
        Type: pointTypes.adjusted.type,
        EventKey: body.ChangeKey,
      },
      PointsBalance: amountOf(wallet.available),
    });
  }

  @Get('Customer/:id/points')
  @BonifiqScope('wallets:read')
  @DescribeBonifiq({
    summary: 'A customer’s points, and how they came and went',
    description: `A customer who is not known is answered with \`CustomerExists: false\`. The newest ${HISTORY_MAX} movements.`,
    operationId: 'bonifiqReadPoints',
    schema: balanceSchema,
  })
  async read(
    @Param({ schema: customerParams }) { id }: CustomerParams,
    @Call() { companyId }: CallContext,
  ): Promise<Envelope<BalanceResult>> {
    const found = await findCustomer(this.queries, companyId, id);
    if (found === undefined) return done(nobody);
    const { customerId } = found;
    const filter = { filter: 'all', limit: HISTORY_MAX, before: before.parse(undefined) } as const;
    const [[summary], history, options] = await Promise.all([
      this.queries.execute(new ReadCustomersQuery(companyId, [customerId])),
      this.queries.execute(new ListHistoryQuery(companyId, customerId, filter)),
      this.options.list(companyId),
    ]);
    if (summary === undefined) return done(nobody);
    const cashback = options.find(({ cost }) => cost.kind === 'cashback');
    return done(balanceResult(summary, history.rows, cashback));
  }

  async #adjust(call: CallContext, customerId: string, adjustment: Adjustment): Promise<PointEntry> {
    try {
      return await this.commands.execute(new AdjustPointsCommand(call, customerId, adjustment));
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'IDEMPOTENCY_KEY_REUSED') throw keyUsed();
      throw error;
    }
  }
}

function keyUsed(): ApiError {
  return new ApiError('CHANGE_KEY_USED', 'This ChangeKey was used before. Nothing was changed.');
}
