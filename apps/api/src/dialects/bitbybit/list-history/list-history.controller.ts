import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { RequireScope } from '../../../auth/access.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import { limit } from '../../../http/fields.js';
import { before } from '../../../http/page.js';
import { historyFilters, ListHistoryQuery } from '../../../wallets/list-history/list-history.query.js';
import { historySchema, type LedgerEntryAnswer, type ListAnswer } from '../answer-schemas.js';
import { BitbybitAnswers, historyEntryAnswer } from '../answers.js';
import { Describe } from '../describe.js';
import { LOYALTY } from '../path.js';
import { customerParams, type CustomerParams } from '../redeem/redeem.schema.js';

const historyQuery = z.object({ filter: z.enum(historyFilters).default('all'), limit, before });
type HistoryQuery = z.output<typeof historyQuery>;

@Controller(LOYALTY)
export class ListHistoryController {
  constructor(
    private readonly queries: QueryBus,
    private readonly answers: BitbybitAnswers,
  ) {}

  @Get('customers/:customerId/history')
  @RequireScope('wallets:read')
  @Describe({
    summary: "A customer's ledger entries, the newest first",
    operationId: 'getCustomerHistory',
    answers: { 200: { description: 'One page.', schema: historySchema } },
  })
  async list(
    @Param({ schema: customerParams }) { customerId }: CustomerParams,
    @Query({ schema: historyQuery }) query: HistoryQuery,
    @Call() { companyId }: CallContext,
  ): Promise<ListAnswer<LedgerEntryAnswer>> {
    const page = await this.queries.execute(new ListHistoryQuery(companyId, customerId, query));
    return this.answers.list(page, query.limit, historyEntryAnswer);
  }
}
