import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { listApiKeys, type ListedApiKey } from '#platform/companies';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { ListApiKeysQuery } from './list-api-keys.query.js';

@QueryHandler(ListApiKeysQuery)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeysQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId }: ListApiKeysQuery): Promise<readonly ListedApiKey[]> {
    const keys = await listApiKeys(this.prisma, companyId);
    if (keys === undefined) throw notFound();
    return keys;
  }
}
