import { Query } from '@nestjs/cqrs';
import type { WalletView } from '#ledger';
import type { StoredCustomer } from '../put-customer/put-customer.command.js';

export interface CustomerSummary {
  readonly customer: StoredCustomer;
  readonly wallet: WalletView;
  /** Orders on record, of which refunds have been taken off. */
  readonly orders: { readonly count: number; readonly spentCents: bigint; readonly lastPlacedAt: Date | undefined };
  /** Redemptions whose points are burned, wholly or in part. */
  readonly redeemedCount: number;
}

/** All that is known of customers, by the company's own ids; those that are not there are left out. */
export class ReadCustomersQuery extends Query<readonly CustomerSummary[]> {
  constructor(
    readonly companyId: number,
    readonly customerIds: readonly string[],
  ) {
    super();
  }
}
