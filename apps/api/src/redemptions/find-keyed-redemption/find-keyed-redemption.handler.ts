import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { Companies } from '../../companies/companies.js';
import { FindKeyedRedemptionQuery } from './find-keyed-redemption.query.js';

/** By the key's digest, which is all that outlives an erasure. Plan: primary key. */
@QueryHandler(FindKeyedRedemptionQuery)
export class FindKeyedRedemptionHandler implements IQueryHandler<FindKeyedRedemptionQuery> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly companies: Companies,
  ) {}

  async execute({ companyId, dialect, idempotencyKey: key }: FindKeyedRedemptionQuery): Promise<string | undefined> {
    const scope = `${dialect}.redeem`;
    const { keyDigest } = await this.companies.commandKey(companyId, { scope, key, canonicalCommand: '' });
    const owner = await this.prisma.commandKey.findUnique({
      where: { companyId_scope_keyDigest: { companyId, scope, keyDigest } },
      select: { redemptionId: true },
    });
    return owner?.redemptionId ?? undefined;
  }
}
