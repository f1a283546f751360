import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { ListRecentCustomersQuery, type RecentCustomers } from './list-recent-customers.query.js';

const END_OF_TIME = new Date(Date.UTC(2255, 0, 1));

/**
 * By whole milliseconds, which is all that a cursor keeps, then by id: many may be changed in one. Plan: the index
 * (company_id, millisecond, id), walked backwards.
 */
@QueryHandler(ListRecentCustomersQuery)
export class ListRecentCustomersHandler implements IQueryHandler<ListRecentCustomersQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId, limit, after }: ListRecentCustomersQuery): Promise<RecentCustomers> {
    const { updatedAt, customerId } = after ?? { updatedAt: END_OF_TIME, customerId: '' };
    const rows = await this.prisma.$queryRaw<{ id: string; updatedAt: Date }[]>`
      SELECT id, millisecond_of(updated_at) AS "updatedAt" FROM customer
       WHERE company_id = ${companyId}::int AND updated_at IS NOT NULL
         AND (millisecond_of(updated_at), id) < (millisecond_of(${updatedAt}::timestamptz), ${customerId}::text)
       ORDER BY millisecond_of(updated_at) DESC, id DESC
       LIMIT ${limit + 1}::int`;
    const given = rows.slice(0, limit);
    const last = given.at(-1);
    return {
      customerIds: given.map(({ id }) => id),
      next: rows.length > limit && last !== undefined ? { updatedAt: last.updatedAt, customerId: last.id } : undefined,
    };
  }
}
