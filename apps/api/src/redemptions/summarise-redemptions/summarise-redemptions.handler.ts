import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Wallets } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { engineStatusesOf } from '../dialect-status.js';
import { SummariseRedemptionsQuery, type RedemptionSummary } from './summarise-redemptions.query.js';

@QueryHandler(SummariseRedemptionsQuery)
export class SummariseRedemptionsHandler implements IQueryHandler<SummariseRedemptionsQuery> {
  constructor(
    private readonly wallets: Wallets,
    private readonly prisma: PrismaClient,
  ) {}

  async execute({ companyId, customerId }: SummariseRedemptionsQuery): Promise<RedemptionSummary> {
    const walletId = await this.wallets.walletIdOf(companyId, customerId);
    if (walletId === undefined) throw notFound();
    const { _sum, _count } = await this.prisma.redemption.aggregate({
      where: { companyId, walletId, status: { in: engineStatusesOf('committed') } },
      _sum: { pointsCommitted: true, pointsReversed: true },
      _count: true,
    });
    return { points: (_sum.pointsCommitted ?? 0n) - (_sum.pointsReversed ?? 0n), count: _count };
  }
}
