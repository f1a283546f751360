import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { columnOf } from '../stored-option.js';
import { PutPointConversionCommand, type StoredTier } from './put-point-conversion.command.js';

@CommandHandler(PutPointConversionCommand)
export class PutPointConversionHandler implements ICommandHandler<PutPointConversionCommand> {
  constructor(private readonly prisma: PrismaClient) {}

  async execute({ companyId, tiers }: PutPointConversionCommand): Promise<readonly StoredTier[]> {
    const stored = tiers.map((tier, index) => ({ ...tier, id: index + 1 }));
    await this.prisma.$transaction(async (tx) => {
      // Two replacements at once take turns, so that the tiers are those of one of them.
      const company = await tx.$queryRaw<unknown[]>`SELECT 1 FROM company WHERE id = ${companyId}::int FOR UPDATE`;
      if (company.length === 0) throw notFound();
      await tx.pointConversion.deleteMany({ where: { companyId } });
      await tx.pointConversion.createMany({
        data: stored.map(({ id, currencyAmount, points }) => {
          return { companyId, id, currencyAmount: columnOf(currencyAmount), points };
        }),
      });
    });
    return stored;
  }
}
