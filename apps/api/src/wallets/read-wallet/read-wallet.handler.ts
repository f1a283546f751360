import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RedemptionReader, Wallets, type WalletView } from '#ledger';
import { notFound } from '../../http/api-error.js';
import { ReadWalletQuery } from './read-wallet.query.js';

@QueryHandler(ReadWalletQuery)
export class ReadWalletHandler implements IQueryHandler<ReadWalletQuery> {
  constructor(
    private readonly wallets: Wallets,
    private readonly reader: RedemptionReader,
  ) {}

  async execute({ companyId, customerId }: ReadWalletQuery): Promise<WalletView> {
    const walletId = await this.wallets.walletIdOf(companyId, customerId);
    const wallet = walletId === undefined ? undefined : await this.reader.wallet(companyId, walletId);
    if (wallet === undefined) throw notFound();
    return wallet;
  }
}
