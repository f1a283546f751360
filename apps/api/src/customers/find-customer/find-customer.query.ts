import { Query } from '@nestjs/cqrs';
import type { CustomerIdentifiers, FoundCustomer } from '#ledger';

/** Finds a customer by what the caller knows of them. All identifiers that are given must name the same one. */
export class FindCustomerQuery extends Query<FoundCustomer> {
  constructor(
    readonly companyId: number,
    readonly identifiers: CustomerIdentifiers,
  ) {
    super();
  }
}
