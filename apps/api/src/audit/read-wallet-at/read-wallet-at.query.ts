import { Query } from '@nestjs/cqrs';
import type { Instant } from '#domain';
import type { BalanceAt } from '#ledger';

/** A wallet as it was: `balance` is undefined before its first event. */
export interface WalletAt {
  readonly id: string;
  readonly balance: BalanceAt | undefined;
}

/** A customer's balances as they were at a time. */
export class ReadWalletAtQuery extends Query<WalletAt> {
  constructor(
    readonly companyId: number,
    readonly customerId: string,
    readonly at: Instant,
  ) {
    super();
  }
}
