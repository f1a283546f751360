import { Injectable } from '@nestjs/common';
import { formatInstant } from '#domain';
import { Prisma, PrismaClient } from '#platform/prisma';
import { pageOf, type Page } from '../../../http/page.js';
import {
  listedRedemption,
  type ListedRedemption,
  type ListedRedemptionRow,
} from '../../../redemptions/listed-redemption.js';
import type { ListQuery } from './list-redemptions.schema.js';

/** Whose or of what: each has an index that is in the order of the answer. */
export type Range = { readonly walletId: string } | { readonly rewardId: string };

/** This dialect's redemptions, by what was said with them. What was erased since is found by none of it. */
@Injectable()
export class StoredRedemptions {
  constructor(private readonly prisma: PrismaClient) {}

  /** Plan: the range of (company_id, wallet_id, requested_at) or (company_id, reward_option_id, requested_at), walked backwards. */
  async page(companyId: number, range: Range, query: ListQuery): Promise<Page<ListedRedemption>> {
    const { Limit: limit, Before: before, RedeemOrigin = null, BranchId = null, SalesPersonId = null } = query;
    const within =
      'walletId' in range
        ? Prisma.sql`r.wallet_id = ${range.walletId}::uuid`
        : Prisma.sql`r.reward_option_id = ${range.rewardId}::text`;
    const rows = await this.prisma.$queryRaw<ListedRedemptionRow[]>`
      SELECT r.state, r.company_id AS "companyId", r.wallet_id::text AS "walletId", c.id AS "customerId", c.name, c.email,
             c.phone_number AS "phoneNumber", t.content AS "requestText"
        FROM redemption r
        JOIN customer c ON c.company_id = r.company_id AND c.wallet_id = r.wallet_id
        LEFT JOIN private_text t ON t.company_id = r.company_id AND t.wallet_id = r.wallet_id
             AND t.version = r.first_version
       WHERE r.company_id = ${companyId}::int AND ${within}
         AND r.state::json ->> 'dialect' = 'bonifiq' AND r.state::json ->> 'dialectId' IS NOT NULL
         AND (${RedeemOrigin}::text IS NULL OR t.content::json #>> '{metadata,RedeemOrigin}' = ${RedeemOrigin}::text)
         AND (${BranchId}::text IS NULL OR t.content::json #>> '{metadata,Branch,OriginalId}' = ${BranchId}::text)
         AND (${SalesPersonId}::text IS NULL
              OR t.content::json #>> '{metadata,SalesPerson,OriginalId}' = ${SalesPersonId}::text)
         AND r.requested_at <= ${formatInstant(before.newest)}::timestamptz
       ORDER BY r.requested_at DESC, r.id DESC
      OFFSET ${before.skip}::int LIMIT ${limit + 1}::int`;
    return pageOf(rows.map(listedRedemption), limit, before, ({ redemption }) => redemption.requestedAt);
  }
}
