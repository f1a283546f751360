import { Command } from '@nestjs/cqrs';
import type { CallContext } from '../../http/call-context.js';

/** What is known of a customer besides the id. Absent: stays as it is. Null: is taken away. */
export interface CustomerProfile {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phoneNumber?: string | null | undefined;
  readonly posAccountId?: string | null | undefined;
  readonly document?: string | null | undefined;
  readonly tier?: string | null | undefined;
  readonly tags?: string[] | undefined;
}

export interface StoredCustomer {
  readonly id: string;
  readonly companyId: number;
  readonly walletId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  readonly posAccountId: string | null;
  readonly document: string | null;
  readonly tier: string | null;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Makes a customer and the wallet, or changes what is known of one. */
export class PutCustomerCommand extends Command<{ readonly customer: StoredCustomer; readonly created: boolean }> {
  constructor(
    readonly call: CallContext,
    readonly customerId: string,
    readonly profile: CustomerProfile,
  ) {
    super();
  }
}
