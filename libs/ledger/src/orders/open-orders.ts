import { takeRandom, uuidV7, type Prepare, type VoucherCodes } from '#platform';
import type pg from 'pg';
import type { Ledger } from '../ledger.js';
import type { RedemptionReader } from '../read/redemption-reader.js';
import { CodeOwners } from './code-owners.js';
import { OrderStore } from './order-store.js';
import { Orders } from './orders.js';
import { RefundStore } from './refund-store.js';
import { Refunds } from './refunds.js';

const DIGEST_BYTES = 32;

export interface OpenOrdersDeps {
  readonly ledger: Ledger;
  readonly reader: RedemptionReader;
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly codes: VoucherCodes;
}

/** Orders and their refunds on an open ledger. */
export function openOrders({ ledger, reader, pool, prepare, codes }: OpenOrdersDeps): {
  readonly codeOwners: CodeOwners;
  readonly orders: Orders;
  readonly refunds: Refunds;
} {
  const store = new OrderStore(pool, prepare);
  const codeOwners = new CodeOwners(pool, prepare, codes);
  const orders = new Orders({ ledger, reader, store, owners: codeOwners, newId: uuidV7 });
  const newDigest = (): string => takeRandom(DIGEST_BYTES).toString('hex');
  const refundStore = new RefundStore({ pool, prepare, newDigest });
  return { codeOwners, orders, refunds: new Refunds({ ledger, reader, orders, store: refundStore, newId: uuidV7 }) };
}
