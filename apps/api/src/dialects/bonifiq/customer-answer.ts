import { z } from 'zod';
import type { QueryBus } from '@nestjs/cqrs';
import type { StoredCustomer } from '../../customers/put-customer/put-customer.command.js';
import { ReadCustomersQuery } from '../../customers/read-customers/read-customers.query.js';
import { ApiError } from '../../http/api-error.js';

const text = z.string().nullable();

export const customerSchema = z
  .object({
    OriginalId: z.string(),
    PublicId: z.string(),
    Name: text,
    Email: text,
    Phone: text,
    BirthdayDate: text,
    SignupDate: z.iso.datetime(),
    Document: text,
    IsEnrolled: z.boolean(),
    ReferralURL: text,
    WhatsappReferralUrl: text,
    CurrentTier: z.object({ Name: z.string(), Color: text, IconUrl: text }).nullable(),
  })
  .meta({ id: 'BonifiqCustomer' });
export type CustomerAnswer = z.output<typeof customerSchema>;

/** What is known of a customer. Birthdays and referrals are not: those fields are null. */
export async function customerAnswer(
  queries: QueryBus,
  companyId: number,
  customerId: string,
): Promise<CustomerAnswer> {
  const [summary] = await queries.execute(new ReadCustomersQuery(companyId, [customerId]));
  if (summary === undefined) throw new ApiError('CUSTOMER_NOT_FOUND', 'There is no customer of this CustomerId.');
  return answerOf(summary.customer);
}

function answerOf(customer: StoredCustomer): CustomerAnswer {
  const { tier } = customer;
  return {
    OriginalId: customer.id,
    PublicId: customer.walletId,
    Name: customer.name,
    Email: customer.email,
    Phone: customer.phoneNumber,
    BirthdayDate: null,
    SignupDate: customer.createdAt.toISOString(),
    Document: customer.document,
    IsEnrolled: true,
    ReferralURL: null,
    WhatsappReferralUrl: null,
    CurrentTier: tier === null ? null : { Name: tier, Color: null, IconUrl: null },
  };
}
