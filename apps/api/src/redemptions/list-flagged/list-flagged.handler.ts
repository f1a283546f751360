import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatInstant, instant } from '#domain';
import { PrismaClient } from '#platform/prisma';
import { pageOf, type Page } from '../../http/page.js';
import { listedRedemption, type ListedRedemptionRow } from '../listed-redemption.js';
import { ListFlaggedQuery, type FlaggedRedemption } from './list-flagged.query.js';

interface Row extends ListedRedemptionRow {
  readonly flaggedMicros: bigint;
}

@QueryHandler(ListFlaggedQuery)
export class ListFlaggedHandler implements IQueryHandler<ListFlaggedQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  /** Raw SQL for the microseconds. Few redemptions are ever flagged, so the whole table is sorted. */
  async execute({ limit, before }: ListFlaggedQuery): Promise<Page<FlaggedRedemption>> {
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT r.state, r.company_id AS "companyId", r.wallet_id::text AS "walletId", c.id AS "customerId", c.name, c.email,
             c.phone_number AS "phoneNumber", t.content AS "requestText",
             (extract(epoch FROM f.flagged_at) * 1000000)::bigint AS "flaggedMicros"
        FROM flagged_redemption f
        JOIN redemption r ON r.company_id = f.company_id AND r.id = f.redemption_id
        JOIN customer c ON c.company_id = r.company_id AND c.wallet_id = r.wallet_id
        LEFT JOIN private_text t ON t.company_id = r.company_id AND t.wallet_id = r.wallet_id
             AND t.version = r.first_version
       WHERE f.flagged_at <= ${formatInstant(before.newest)}::timestamptz
       ORDER BY f.flagged_at DESC, f.redemption_id DESC
      OFFSET ${before.skip}::int LIMIT ${limit + 1}::int`;
    const flagged = rows.map((row) => ({ ...listedRedemption(row), flaggedAt: instant(Number(row.flaggedMicros)) }));
    return pageOf(flagged, limit, before, ({ flaggedAt }) => flaggedAt);
  }
}
