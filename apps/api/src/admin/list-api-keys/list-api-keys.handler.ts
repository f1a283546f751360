import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { ListApiKeysQuery, type ListedApiKey } from './list-api-keys.query.js';

@QueryHandler(ListApiKeysQuery)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeysQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId }: ListApiKeysQuery): Promise<readonly ListedApiKey[]> {
    const company = await this.prisma.company.findUnique({ where: { id: companyId }, select: { id: true } });
    if (company === null) throw notFound();
    return this.prisma.apiKey.findMany({
      where: { companyId },
      orderBy: { createdAt: 'desc' },
      select: { id: true, prefix: true, name: true, scopes: true, createdAt: true, revokedAt: true },
    });
  }
}
