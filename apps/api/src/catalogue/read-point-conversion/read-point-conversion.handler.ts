import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import type { StoredTier } from '../put-point-conversion/put-point-conversion.command.js';
import { decimalOf } from '../stored-option.js';
import { ReadPointConversionQuery } from './read-point-conversion.query.js';

@QueryHandler(ReadPointConversionQuery)
export class ReadPointConversionHandler implements IQueryHandler<ReadPointConversionQuery> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId }: ReadPointConversionQuery): Promise<readonly StoredTier[]> {
    const rows = await this.prisma.pointConversion.findMany({ where: { companyId }, orderBy: { id: 'asc' } });
    return rows.map(({ id, currencyAmount, points }) => ({ id, currencyAmount: decimalOf(currencyAmount), points }));
  }
}
