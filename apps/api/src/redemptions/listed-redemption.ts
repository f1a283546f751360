import { decodeRedemption, type Redemption } from '#domain';
import type { CustomerView, PrivateText } from '#ledger';

/** A redemption as lists show it. */
export interface ListedRedemption {
  readonly redemption: Redemption;
  readonly walletId: string;
  readonly customer: CustomerView;
  readonly requestText: PrivateText | undefined;
}

/** The columns that the lists' statements select, under these names. */
export interface ListedRedemptionRow {
  readonly state: string;
  readonly companyId: number;
  readonly walletId: string;
  readonly customerId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phoneNumber: string | null;
  readonly requestText: string | null;
}

export function listedRedemption(row: ListedRedemptionRow): ListedRedemption {
  const { companyId, customerId: id, name, email, phoneNumber, requestText } = row;
  return {
    redemption: decodeRedemption(row.state),
    walletId: row.walletId,
    customer: { id, companyId, name, email, phoneNumber },
    requestText: requestText === null ? undefined : (JSON.parse(requestText) as PrivateText),
  };
}
