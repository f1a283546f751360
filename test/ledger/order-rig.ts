import { createPrepare, KeyRing, uuidV7, VoucherCodes } from '#platform';
import type { AppliedOrder, GivenRefund, Ledger, OrderOrigin, ToldOrder } from '#ledger';
import type { Redemption, Wallet } from '#domain';
import { openOrders } from '../../libs/ledger/src/orders/open-orders.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { openRig, request, TEST_KEYS, type LedgerRig } from '../support/ledger/ledger-rig.js';

const COMPANY = 7;
const CODES = new VoucherCodes(KeyRing.parse(TEST_KEYS));
export const ORIGIN: OrderOrigin = { companyId: COMPANY, actor: { kind: 'system', id: 'shop' }, traceId: undefined };

/** Orders on a real ledger, with vouchers whose codes can be found. */
export class OrderRig {
  private dies = false;
  private readonly mortal: ReturnType<typeof openOrders>;

  private constructor(
    private readonly database: TestDatabase,
    readonly ledger: LedgerRig,
  ) {
    const { reader, pool } = ledger;
    const execute: Ledger['execute'] = (command) =>
      this.dies ? Promise.reject(new Error('the process died')) : ledger.ledger.execute(command);
    const prepare = createPrepare({ prepared: true });
    this.mortal = openOrders({ ledger: { execute } as Ledger, reader, pool, prepare, codes: CODES });
  }

  static async open(): Promise<OrderRig> {
    const database = await createTestDatabase();
    return new OrderRig(database, openRig(database.connectionString));
  }

  async close(): Promise<void> {
    await this.ledger.stop();
    await this.database.drop();
  }

  customer(customerId: string, points = 1_000n): Promise<string> {
    return this.ledger.walletWith(COMPANY, customerId, points);
  }

  /** A delayed redemption that has its voucher: the points are held until an order comes. */
  async held(walletId: string, code: string, points = 100n, holdSeconds = 900n): Promise<string> {
    const opening = request(points, { deduction: 'order', holdSeconds });
    const { redemptionId } = opening;
    await this.ledger.run(COMPANY, walletId, opening);
    const sealed = CODES.sealCode({ companyId: COMPANY, redemptionId, code });
    const voucher = { code: sealed, otherDigests: [], externalId: undefined, expiresAt: undefined };
    await this.ledger.run(COMPANY, walletId, { type: 'AdvanceRedemption', redemptionId, voucher, call: undefined });
    return redemptionId;
  }

  release(walletId: string, redemptionId: string): Promise<unknown> {
    return this.ledger.run(COMPANY, walletId, { type: 'ReleaseRedemption', redemptionId });
  }

  /** What a worker does once nobody can use the voucher any more. */
  advance(walletId: string, redemptionId: string): Promise<unknown> {
    const command = { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call: undefined } as const;
    return this.ledger.run(COMPANY, walletId, command);
  }

  reverse(walletId: string, redemptionId: string, points?: bigint): Promise<unknown> {
    return this.ledger.run(COMPANY, walletId, { type: 'ReverseRedemption', redemptionId, points });
  }

  order(walletId: string, codes: readonly string[], change: Partial<ToldOrder> = {}): Promise<AppliedOrder> {
    return this.mortal.orders.apply(ORIGIN, { ...told(walletId, codes), ...change });
  }

  refund(orderId: string, amountCents: bigint, id: string = uuidV7(), currency?: string): Promise<GivenRefund> {
    return this.mortal.refunds.give(ORIGIN, { orderId, kind: 'refund', id, amountCents, currency });
  }

  cancel(orderId: string): Promise<GivenRefund> {
    const all = { amountCents: undefined, currency: undefined };
    return this.mortal.refunds.give(ORIGIN, { orderId, kind: 'cancellation', id: '', ...all });
  }

  async redemption(redemptionId: string): Promise<Redemption> {
    const [loaded] = await this.ledger.reader.load([{ companyId: COMPANY, redemptionId }]);
    if (loaded === undefined) throw new Error('There is no such redemption.');
    return loaded.redemption;
  }

  async balances(walletId: string): Promise<Pick<Wallet, 'available' | 'reserved' | 'burned'>> {
    const wallet = await this.ledger.reader.wallet(COMPANY, walletId);
    if (wallet === undefined) throw new Error('There is no such wallet.');
    return { available: wallet.available, reserved: wallet.reserved, burned: wallet.lifetimeBurned };
  }

  /** As if the process died after a fact was recorded, and before anything of it came into the ledger. */
  async dying(call: () => Promise<unknown>): Promise<unknown> {
    this.dies = true;
    try {
      return await call().catch((error: unknown) => error);
    } finally {
      this.dies = false;
    }
  }

  async rows(table: 'purchase_order' | 'purchase_order_code', orderId: string): Promise<number> {
    const text =
      table === 'purchase_order'
        ? 'SELECT count(*)::int AS n FROM purchase_order WHERE id = $1'
        : 'SELECT count(*)::int AS n FROM purchase_order_code WHERE order_id = $1';
    const { rows } = await this.ledger.pool.query<{ n: number }>(text, [orderId]);
    return rows[0]?.n ?? 0;
  }
}

export function told(walletId: string, codes: readonly string[]): ToldOrder {
  return {
    orderId: `O-${codes[0] ?? walletId}`,
    customerId: 'anna',
    walletId,
    dialect: 'test',
    totalCents: 4_500n,
    currency: 'USD',
    placedAt: undefined,
    codes,
  };
}
