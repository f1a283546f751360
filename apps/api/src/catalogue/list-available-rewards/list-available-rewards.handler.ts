import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { assessOption, countersOf, type LocalMoment, type RewardOption } from '#domain';
import { RedemptionReader, Wallets } from '#ledger';
import { PrismaClient } from '#platform/prisma';
import { notFound } from '../../http/api-error.js';
import { CustomerFactsReader } from '../customer-facts.js';
import { localMoment } from '../local-moment.js';
import { optionOf } from '../stored-option.js';
import { ListAvailableRewardsQuery, type AvailableRewards } from './list-available-rewards.query.js';

@QueryHandler(ListAvailableRewardsQuery)
export class ListAvailableRewardsHandler implements IQueryHandler<ListAvailableRewardsQuery> {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly wallets: Wallets,
    private readonly reader: RedemptionReader,
    private readonly facts: CustomerFactsReader,
  ) {}

  /** @throws ApiError NOT_FOUND */
  async execute({ companyId, customerId, purchaseAmount }: ListAvailableRewardsQuery): Promise<AvailableRewards> {
    const walletId = await this.wallets.walletIdOf(companyId, customerId);
    if (walletId === undefined) throw notFound();
    const nowMs = Date.now();
    const [wallet, facts, rows] = await Promise.all([
      this.reader.wallet(companyId, walletId),
      this.facts.of(companyId, customerId, walletId),
      this.prisma.rewardOption.findMany({ where: { companyId, disabledAt: null }, orderBy: { id: 'asc' } }),
    ]);
    if (wallet === undefined) throw notFound();
    const placed = rows.map((row) => {
      const option = optionOf(row);
      return { option, moment: localMoment(nowMs, option.timeZone) };
    });
    const taken = await this.#taken(companyId, walletId, placed);
    const { available } = wallet;
    const customer = { ...facts, walletId, available };
    return {
      available,
      rewards: placed.map(({ option, moment }) => assessOption(option, customer, purchaseAmount, moment, taken)),
    };
  }

  async #taken(
    companyId: number,
    walletId: string,
    placed: readonly { readonly option: RewardOption; readonly moment: LocalMoment }[],
  ): Promise<ReadonlyMap<string, bigint>> {
    const names = placed.flatMap(({ option, moment }) =>
      countersOf(option, walletId, moment).map(({ counter }) => counter),
    );
    if (names.length === 0) return new Map();
    const rows = await this.prisma.optionCounter.findMany({ where: { companyId, counter: { in: names } } });
    return new Map(rows.map(({ counter, taken }) => [counter, taken]));
  }
}
