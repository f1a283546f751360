import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PrismaClient, type Prisma } from '#platform/prisma';
import { VoucherProviders } from '../../companies/voucher-providers.js';
import { notFound } from '../../http/api-error.js';
import { Catalogue } from '../catalogue.js';
import { columnsOf, storedOptionOf, type StoredOption } from '../stored-option.js';
import { PutRewardOptionCommand } from './put-reward-option.command.js';

@CommandHandler(PutRewardOptionCommand)
export class PutRewardOptionHandler implements ICommandHandler<PutRewardOptionCommand> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly providers: VoucherProviders,
    private readonly catalogue: Catalogue,
  ) {}

  /** @throws ApiError UNKNOWN_VOUCHER_PROVIDER, NOT_FOUND */
  async execute(command: PutRewardOptionCommand): Promise<StoredOption> {
    const { companyId, described } = command;
    if (described.provider !== undefined) await this.providers.require(companyId, described.provider);
    const stored = await this.prisma.$transaction((tx) => this.#put(tx, command));
    this.catalogue.forget(companyId, stored.option.id);
    return stored;
  }

  async #put(
    tx: Prisma.TransactionClient,
    { companyId, optionId, described }: PutRewardOptionCommand,
  ): Promise<StoredOption> {
    // Two changes at once take turns, so that no id is given twice.
    const [company] = await tx.$queryRaw<{ currency: string }[]>`
      SELECT base_currency AS currency FROM company WHERE id = ${companyId}::int FOR UPDATE`;
    if (company === undefined) throw notFound();
    const columns = columnsOf({ ...described, currency: described.currency ?? company.currency });
    const now = new Date();
    if (optionId === undefined) {
      const { _max } = await tx.rewardOption.aggregate({ where: { companyId }, _max: { id: true } });
      const id = (_max.id ?? 0) + 1;
      const disabledAt = described.disabled ? now : null;
      const data = { ...columns, companyId, id, createdAt: now, updatedAt: now, disabledAt };
      return storedOptionOf(await tx.rewardOption.create({ data }));
    }
    const where = { companyId_id: { companyId, id: optionId } };
    const known = await tx.rewardOption.findUnique({ where });
    if (known === null) throw notFound();
    const disabledAt = described.disabled ? (known.disabledAt ?? now) : null;
    return storedOptionOf(await tx.rewardOption.update({ where, data: { ...columns, updatedAt: now, disabledAt } }));
  }
}
