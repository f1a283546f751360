import type { QueryBus } from '@nestjs/cqrs';
import type { CustomerIdentifiers, FoundCustomer } from '#ledger';
import { FindCustomerQuery } from '../../customers/find-customer/find-customer.query.js';
import { ApiError } from '../../http/api-error.js';
import { documentOf, isWrittenAsDocument } from './document.js';

/**
 * The customer that `CustomerId` names: by e-mail, by document, with or without its punctuation, or by the store's own id, which may look
 * like either.
 *
 * @throws ApiError CUSTOMER_REQUIRED, CUSTOMER_NOT_FOUND, CUSTOMER_AMBIGUOUS, DOCUMENT_INVALID
 */
export async function customerOf(
  queries: QueryBus,
  companyId: number,
  text: string | undefined,
): Promise<FoundCustomer> {
  const found = await findCustomer(queries, companyId, text);
  if (found === undefined) throw new ApiError('CUSTOMER_NOT_FOUND', 'There is no customer of this CustomerId.');
  return found;
}

/** The same, for calls that can say that there is none. */
export async function findCustomer(
  queries: QueryBus,
  companyId: number,
  text: string | undefined,
): Promise<FoundCustomer | undefined> {
  if (text === undefined) {
    throw new ApiError(
      'CUSTOMER_REQUIRED',
      'Send CustomerId: an e-mail, a CPF or CNPJ, or your own id of the customer.',
    );
  }
  const document = documentOf(text);
  if (document === undefined && isWrittenAsDocument(text)) {
    throw new ApiError('DOCUMENT_INVALID', 'The check digits of this CPF or CNPJ are wrong.');
  }
  const first = text.includes('@') ? { email: text } : document === undefined ? undefined : { document };
  const found = first && (await find(queries, companyId, first));
  return found ?? find(queries, companyId, { id: text });
}

async function find(
  queries: QueryBus,
  companyId: number,
  identifiers: CustomerIdentifiers,
): Promise<FoundCustomer | undefined> {
  try {
    return await queries.execute(new FindCustomerQuery(companyId, identifiers));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
