import type { Prepare } from '#platform';
import type pg from 'pg';
import type { OrderedRedemption, StoredOrder, ToldOrder } from './order-records.js';

/** The order and its codes, or neither. Plan: inserts by primary key. */
const PLACE = `
  WITH placed AS (
    INSERT INTO purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8::timestamptz, now()))
    ON CONFLICT DO NOTHING
    RETURNING id
  )
  INSERT INTO purchase_order_code (company_id, order_id, redemption_id, recovery_id)
  SELECT $1, p.id, q.r, q.n FROM placed p, unnest($9::uuid[], $10::uuid[]) q(r, n)`;

/** Plan: two primary keys. */
const READ = `
  SELECT o.customer_id, o.wallet_id, o.dialect, o.total_cents, o.currency, o.placed_at, o.received_at, o.applied_at, o.refunded_cents,
         c.redemption_id, c.recovery_id, c.paying_id, c.points
  FROM purchase_order o
  LEFT JOIN purchase_order_code c ON c.company_id = o.company_id AND c.order_id = o.id
  WHERE o.company_id = $1 AND o.id = $2
  ORDER BY c.redemption_id`;

/** Rows are put back where a simultaneous call whose codes were refused has just taken them out. */
const APPLIED = `
  WITH applied AS (
    INSERT INTO purchase_order (company_id, id, customer_id, wallet_id, dialect, total_cents, currency, placed_at, applied_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8::timestamptz, now()
    ON CONFLICT (company_id, id) DO UPDATE SET applied_at = coalesce(purchase_order.applied_at, now())
  )
  INSERT INTO purchase_order_code (company_id, order_id, redemption_id, recovery_id, paying_id, points)
  SELECT $1, $2, q.r, q.n, q.p, q.a FROM unnest($9::uuid[], $10::uuid[], $11::uuid[], $12::bigint[]) q(r, n, p, a)
  ON CONFLICT (company_id, order_id, redemption_id) DO UPDATE
  SET paying_id = excluded.paying_id, points = excluded.points
  WHERE purchase_order_code.paying_id IS NULL`;

/** Only what nothing was committed for. */
const DROP_CODES = `
  DELETE FROM purchase_order_code
  WHERE company_id = $1 AND order_id = $2 AND redemption_id = ANY($3::uuid[]) AND paying_id IS NULL`;

const DROP_EMPTY = `
  DELETE FROM purchase_order o
  WHERE o.company_id = $1 AND o.id = $2 AND o.applied_at IS NULL
    AND NOT EXISTS (SELECT FROM purchase_order_code c WHERE c.company_id = $1 AND c.order_id = $2)`;

/** Plan: the partial index of unfinished orders, which holds next to nothing. */
const UNFINISHED = `
  SELECT company_id, id FROM purchase_order
  WHERE applied_at IS NULL AND received_at < now() - $1 * interval '1 millisecond'
  ORDER BY received_at LIMIT $2`;

export interface OrderKey {
  readonly companyId: number;
  readonly orderId: string;
}

/** What is known of one redemption of an order before its code is committed. */
export type ClaimedRedemption = Pick<OrderedRedemption, 'redemptionId' | 'recoveryId'>;

/** The facts that shops tell of orders. Each call is a transaction of one statement. */
export class OrderStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly prepare: Prepare,
  ) {}

  /** Nothing is changed where the order is there already. */
  async place(companyId: number, order: ToldOrder, claimed: readonly ClaimedRedemption[]): Promise<void> {
    await this.pool.query(
      this.prepare('place_order', PLACE, [
        ...[companyId, order.orderId, order.customerId, order.walletId, order.dialect],
        ...[order.totalCents, order.currency, order.placedAt],
        claimed.map(({ redemptionId }) => redemptionId),
        claimed.map(({ recoveryId }) => recoveryId),
      ]),
    );
  }

  async read({ companyId, orderId }: OrderKey): Promise<StoredOrder | undefined> {
    const { rows } = await this.pool.query<OrderRow>(this.prepare('read_order', READ, [companyId, orderId]));
    return rows[0] === undefined ? undefined : orderOf(orderId, rows[0], rows);
  }

  /** Says that every code of the order is committed, and by which redemption. */
  async markApplied(
    companyId: number,
    order: Omit<StoredOrder, 'redemptions'>,
    redemptions: readonly OrderedRedemption[],
  ): Promise<void> {
    await this.pool.query(
      this.prepare('order_applied', APPLIED, [
        ...[companyId, order.orderId, order.customerId, order.walletId, order.dialect],
        ...[order.totalCents, order.currency, order.placedAt],
        redemptions.map(({ redemptionId }) => redemptionId),
        redemptions.map(({ recoveryId }) => recoveryId),
        redemptions.map(({ payingId }) => payingId ?? null),
        redemptions.map(({ points }) => points),
      ]),
    );
  }

  /** Takes refused codes out again; an order that has none left was refused as a whole and leaves nothing. */
  async drop({ companyId, orderId }: OrderKey, redemptionIds: readonly string[]): Promise<void> {
    await this.pool.query(this.prepare('drop_order_codes', DROP_CODES, [companyId, orderId, redemptionIds]));
    await this.pool.query(this.prepare('drop_empty_order', DROP_EMPTY, [companyId, orderId]));
  }

  /** Orders whose codes may not all be committed, told of at least so long ago: a process died in between. */
  async unfinished({ olderThanMs, limit }: { olderThanMs: number; limit: number }): Promise<readonly OrderKey[]> {
    const { rows } = await this.pool.query<{ company_id: number; id: string }>(
      this.prepare('unfinished_orders', UNFINISHED, [olderThanMs, limit]),
    );
    return rows.map(({ company_id: companyId, id: orderId }) => ({ companyId, orderId }));
  }
}

interface OrderRow {
  readonly customer_id: string;
  readonly wallet_id: string;
  readonly dialect: string;
  readonly total_cents: string;
  readonly currency: string;
  readonly placed_at: Date;
  readonly received_at: Date;
  readonly applied_at: Date | null;
  readonly refunded_cents: string | null;
  readonly redemption_id: string | null;
  readonly recovery_id: string;
  readonly paying_id: string | null;
  readonly points: string;
}

function orderOf(orderId: string, row: OrderRow, rows: readonly OrderRow[]): StoredOrder {
  return {
    orderId,
    customerId: row.customer_id,
    walletId: row.wallet_id,
    dialect: row.dialect,
    totalCents: BigInt(row.total_cents),
    currency: row.currency,
    placedAt: row.placed_at,
    receivedAt: row.received_at,
    appliedAt: row.applied_at ?? undefined,
    refundedCents: row.refunded_cents === null ? undefined : BigInt(row.refunded_cents),
    redemptions: rows.flatMap((code) =>
      code.redemption_id === null
        ? []
        : [
            {
              redemptionId: code.redemption_id,
              recoveryId: code.recovery_id,
              payingId: code.paying_id ?? undefined,
              points: BigInt(code.points),
            },
          ],
    ),
  };
}
