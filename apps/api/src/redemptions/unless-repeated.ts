import type { QueryBus } from '@nestjs/cqrs';
import { FindKeyedRedemptionQuery } from './find-keyed-redemption/find-keyed-redemption.query.js';

/** A call to redeem, as its key tells it from others. */
export interface RedeemCall {
  readonly companyId: number;
  readonly dialect: string;
  readonly idempotencyKey: string | undefined;
}

/**
 * Refuses a call by what is asked of new redemptions alone. What was asked of the first call may have changed since, and a repeat is a repeat
 * all the same: the ledger knows it by its key. Only a call that would be refused is looked up.
 *
 * @throws whatever `check` throws, where there is no redemption under the key
 */
export async function unlessRepeated(
  queries: QueryBus,
  { companyId, dialect, idempotencyKey }: RedeemCall,
  check: () => void,
): Promise<void> {
  try {
    check();
  } catch (refusal) {
    if (idempotencyKey === undefined) throw refusal;
    const known = await queries.execute(new FindKeyedRedemptionQuery(companyId, dialect, idempotencyKey));
    if (known === undefined) throw refusal;
  }
}
