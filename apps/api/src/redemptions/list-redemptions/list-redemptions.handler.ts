import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatInstant } from '#domain';
import { Wallets } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { pageOf, type Page } from '../../http/page.js';
import { engineStatusesOf } from '../dialect-status.js';
import { listedRedemption, type ListedRedemption, type ListedRedemptionRow } from '../listed-redemption.js';
import { ListRedemptionsQuery } from './list-redemptions.query.js';

@QueryHandler(ListRedemptionsQuery)
export class ListRedemptionsHandler implements IQueryHandler<ListRedemptionsQuery> {
  constructor(
    private readonly wallets: Wallets,
    private readonly prisma: PrismaClient,
  ) {}

  /**
   * Raw SQL because Prisma's dates cut microseconds, and pages would lose rows by that. It walks the index
   * (company_id, wallet_id, requested_at) backwards; a name is searched for among one customer's rows only.
   */
  async execute({ companyId, customerId, filter }: ListRedemptionsQuery): Promise<Page<ListedRedemption>> {
    const walletId = await this.wallets.walletIdOf(companyId, customerId);
    if (walletId === undefined) throw notFound();
    const { limit, before, status, search = '' } = filter;
    const rows = await this.prisma.$queryRaw<ListedRedemptionRow[]>`
      SELECT r.state, r.company_id AS "companyId", r.wallet_id::text AS "walletId", c.id AS "customerId", c.name, c.email,
             c.phone_number AS "phoneNumber", t.content AS "requestText"
        FROM redemption r
        JOIN customer c ON c.company_id = r.company_id AND c.wallet_id = r.wallet_id
        LEFT JOIN private_text t ON t.company_id = r.company_id AND t.wallet_id = r.wallet_id
             AND t.version = r.first_version
       WHERE r.company_id = ${companyId}::int AND r.wallet_id = ${walletId}::uuid
         AND r.status = ANY (${engineStatusesOf(status)}::text[])
         AND r.requested_at <= ${formatInstant(before.newest)}::timestamptz
         AND (${search} = '' OR position(lower(${search}) IN lower(r.state::json ->> 'rewardName')) > 0)
       ORDER BY r.requested_at DESC, r.id DESC
      OFFSET ${before.skip}::int LIMIT ${limit + 1}::int`;
    return pageOf(rows.map(listedRedemption), limit, before, ({ redemption }) => redemption.requestedAt);
  }
}
