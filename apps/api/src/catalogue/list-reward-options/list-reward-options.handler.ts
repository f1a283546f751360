import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { pageOf, type Page } from '../../http/page.js';
import { storedOptionOf, type StoredOption } from '../stored-option.js';
import { ListRewardOptionsQuery } from './list-reward-options.query.js';

/** A catalogue is small: it is sorted as it comes out of its primary key's range. */
@QueryHandler(ListRewardOptionsQuery)
export class ListRewardOptionsHandler implements IQueryHandler<ListRewardOptionsQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId, filter }: ListRewardOptionsQuery): Promise<Page<StoredOption>> {
    const { limit, before, withDisabled } = filter;
    const rows = await this.prisma.rewardOption.findMany({
      where: {
        companyId,
        createdAt: { lte: new Date(before.newest / 1_000) },
        ...(withDisabled ? {} : { disabledAt: null }),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      skip: before.skip,
      take: limit + 1,
    });
    return pageOf(rows.map(storedOptionOf), limit, before, ({ createdAt }) => createdAt);
  }
}
