import { Query } from '@nestjs/cqrs';
import type { WalletView } from '#ledger';

/** A customer's balances as they are. */
export class ReadWalletQuery extends Query<WalletView> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
  ) {
    super();
  }
}
