import type { QueryBus } from '@nestjs/cqrs';
import { ApiError } from '../../../http/api-error.js';
import { findCustomer } from '../customer-of.js';
import type { OrderBody } from './order.schema.js';

/**
 * The customer of an order. Shops send all they know, and some of it may be new: those identifiers that are known must name the same
 * customer, and one of them must be.
 *
 * @throws ApiError CUSTOMER_REQUIRED, CUSTOMER_NOT_FOUND, CUSTOMER_IDENTIFIERS_DISAGREE, CUSTOMER_AMBIGUOUS
 */
export async function customerOfOrder(
  queries: QueryBus,
  companyId: number,
  { CustomerId, Customer }: OrderBody,
): Promise<string> {
  const named = [CustomerId, Customer?.OriginalId, Customer?.Document, Customer?.Email];
  const given = [...new Set(named.filter((text) => text !== undefined))];
  if (given.length === 0) throw new ApiError('CUSTOMER_REQUIRED', 'Send Customer with OriginalId, Document or Email.');
  const found = await Promise.all(given.map((text) => findCustomer(queries, companyId, text)));
  const ids = new Set(found.flatMap((customer) => customer?.customerId ?? []));
  const [customerId] = ids;
  if (customerId === undefined) throw new ApiError('CUSTOMER_NOT_FOUND', 'The Customer of this order is not known.');
  if (ids.size > 1) {
    throw new ApiError('CUSTOMER_IDENTIFIERS_DISAGREE', 'OriginalId, Document and Email name different customers.');
  }
  return customerId;
}
