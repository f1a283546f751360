import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatInstant } from '#domain';
import { PrismaClient } from '#platform/prisma';
import { pageOf, type Page } from '../../http/page.js';
import { engineStatusesOf } from '../dialect-status.js';
import { listedRedemption, type ListedRedemption, type ListedRedemptionRow } from '../listed-redemption.js';
import { ListRedeemersQuery } from './list-redeemers.query.js';

@QueryHandler(ListRedeemersQuery)
export class ListRedeemersHandler implements IQueryHandler<ListRedeemersQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  /** Raw SQL for the microseconds; it walks the index (company_id, reward_option_id, requested_at) backwards. */
  async execute({ companyId, rewardOptionId, filter }: ListRedeemersQuery): Promise<Page<ListedRedemption>> {
    const { limit, before, status } = filter;
    const rows = await this.prisma.$queryRaw<ListedRedemptionRow[]>`
      SELECT r.state, r.company_id AS "companyId", r.wallet_id::text AS "walletId", c.id AS "customerId", c.name, c.email,
             c.phone_number AS "phoneNumber", NULL AS "requestText"
        FROM redemption r
        JOIN customer c ON c.company_id = r.company_id AND c.wallet_id = r.wallet_id
       WHERE r.company_id = ${companyId}::int AND r.reward_option_id = ${rewardOptionId}
         AND r.status = ANY (${engineStatusesOf(status)}::text[])
         AND r.requested_at <= ${formatInstant(before.newest)}::timestamptz
       ORDER BY r.requested_at DESC, r.id DESC
      OFFSET ${before.skip}::int LIMIT ${limit + 1}::int`;
    return pageOf(rows.map(listedRedemption), limit, before, ({ redemption }) => redemption.requestedAt);
  }
}
