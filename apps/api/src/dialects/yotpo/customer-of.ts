import type { QueryBus } from '@nestjs/cqrs';
import type { FoundCustomer } from '#ledger';
import { ApiError } from '../../http/api-error.js';
import { FindCustomerQuery } from '../../customers/find-customer/find-customer.query.js';

export interface CustomerParameters {
  readonly customer_email?: string | undefined;
  readonly phone_number?: string | undefined;
  readonly pos_account_id?: string | undefined;
  readonly customer_id?: string | undefined;
  /** What `customer_id` was once called. */
  readonly customer_external_id?: string | undefined;
}

/** @throws ApiError NOT_FOUND, CUSTOMER_REQUIRED, CUSTOMER_IDENTIFIERS_DISAGREE, CUSTOMER_AMBIGUOUS */
export function customerOf(queries: QueryBus, companyId: number, named: CustomerParameters): Promise<FoundCustomer> {
  const { customer_id: id, customer_external_id: legacyId } = named;
  if (id !== undefined && legacyId !== undefined && id !== legacyId) {
    throw new ApiError(
      'CUSTOMER_IDENTIFIERS_DISAGREE',
      'customer_id and customer_external_id differ. Send one of them.',
    );
  }
  return queries.execute(
    new FindCustomerQuery(companyId, {
      id: id ?? legacyId,
      email: named.customer_email,
      phoneNumber: named.phone_number,
      posAccountId: named.pos_account_id,
    }),
  );
}
