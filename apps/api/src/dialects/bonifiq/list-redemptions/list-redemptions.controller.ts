import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { formatInstant } from '#domain';
import { invalid } from '../../../http/api-error.js';
import { Call, type CallContext } from '../../../http/call-context.js';
import type { ListedRedemption } from '../../../redemptions/listed-redemption.js';
import { BonifiqScope } from '../access.js';
import { customerOf } from '../customer-of.js';
import { DescribeBonifiq } from '../describe.js';
import { done, type Envelope } from '../envelope.js';
import { BONIFIQ } from '../path.js';
import { BonifiqAnswers } from '../redemption-answer.js';
import { remarksOf } from '../remarks.js';
import {
  listQuery,
  listSchema,
  type ListQuery,
  type ListResult,
  type RedemptionItem,
} from './list-redemptions.schema.js';
import { StoredRedemptions, type Range } from './stored-redemptions.js';

@Controller(BONIFIQ)
export class BonifiqListRedemptionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly redemptions: StoredRedemptions,
    private readonly answers: BonifiqAnswers,
  ) {}

  @Get('POS/rewards')
  @BonifiqScope('wallets:read')
  @DescribeBonifiq({
    summary: 'Redemptions of a customer or a reward, the newest first',
    description: 'Filtered by `RedeemOrigin`, `BranchId` and `SalesPersonId`, as they were sent with the redemption.',
    operationId: 'bonifiqListRedemptions',
    schema: listSchema,
  })
  async list(
    @Query({ schema: listQuery }) query: ListQuery,
    @Call() { companyId }: CallContext,
  ): Promise<Envelope<ListResult>> {
    const range = await this.#range(companyId, query);
    const { rows, hasMore, nextBefore } = await this.redemptions.page(companyId, range, query);
    return done({ Items: rows.map((row) => this.#item(row)), HasMore: hasMore, NextBefore: nextBefore });
  }

  async #range(companyId: number, { CustomerId, RewardId }: ListQuery): Promise<Range> {
    if ((CustomerId === undefined) === (RewardId === undefined)) throw invalid('Send one of CustomerId and RewardId.');
    if (RewardId !== undefined) return { rewardId: RewardId };
    return { walletId: (await customerOf(this.queries, companyId, CustomerId)).walletId };
  }

  #item(listed: ListedRedemption): RedemptionItem {
    const { redemption, requestText, customer } = listed;
    const { RedeemOrigin = null, Branch = null, SalesPerson = null } = remarksOf(requestText?.metadata);
    return {
      ...this.answers.redeemed(listed, requestText?.idempotencyKey ?? redemption.id, false),
      CustomerId: customer.id,
      RedeemDate: formatInstant(redemption.requestedAt),
      Status: redemption.status,
      RedeemOrigin,
      Branch,
      SalesPerson,
    };
  }
}
