import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AuditReader, Wallets } from '#ledger';
import { notFound } from '../../http/api-error.js';
import { ReadWalletAtQuery, type WalletAt } from './read-wallet-at.query.js';

@QueryHandler(ReadWalletAtQuery)
export class ReadWalletAtHandler implements IQueryHandler<ReadWalletAtQuery> {
  constructor(
    private readonly wallets: Wallets,
    private readonly audit: AuditReader,
  ) {}

  async execute({ companyId, customerId, at }: ReadWalletAtQuery): Promise<WalletAt> {
    const id = await this.wallets.walletIdOf(companyId, customerId);
    if (id === undefined) throw notFound();
    return { id, balance: await this.audit.balanceAt(companyId, id, at) };
  }
}
