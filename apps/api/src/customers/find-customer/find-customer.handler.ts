import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { CustomerFinder, Wallets, type FoundCustomer } from '#ledger';
import { ApiError, notFound } from '../../http/api-error.js';
import { FindCustomerQuery } from './find-customer.query.js';

@QueryHandler(FindCustomerQuery)
export class FindCustomerHandler implements IQueryHandler<FindCustomerQuery> {
  constructor(
    private readonly customers: CustomerFinder,
    private readonly wallets: Wallets,
  ) {}

  /** @throws ApiError NOT_FOUND, CUSTOMER_REQUIRED, CUSTOMER_IDENTIFIERS_DISAGREE, CUSTOMER_AMBIGUOUS */
  async execute({ companyId, identifiers }: FindCustomerQuery): Promise<FoundCustomer> {
    if (Object.values(identifiers).every((value) => value === undefined)) {
      throw new ApiError('CUSTOMER_REQUIRED', 'Say which customer is meant: send one of the identifiers.');
    }
    const search = await this.customers.find(companyId, identifiers);
    switch (search.kind) {
      case 'found':
        this.wallets.remember(companyId, search.customer.customerId, search.customer.walletId);
        return search.customer;
      case 'unknown':
        throw notFound();
      case 'disagreeing':
        throw new ApiError(
          'CUSTOMER_IDENTIFIERS_DISAGREE',
          'The identifiers do not name the same customer. Send one of them, or those that belong together.',
        );
      case 'ambiguous':
        throw new ApiError(
          'CUSTOMER_AMBIGUOUS',
          'Several customers have this identifier. Send another one, such as your own id of the customer.',
        );
    }
  }
}
