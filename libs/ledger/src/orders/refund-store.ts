import { refundShare } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import type { RefundKey, RefundPart, StoredRefund } from './order-records.js';

/** Refunds of one order take turns here: each share stands on what was given back before it. Plan: primary key. */
const LOCK_ORDER = `
  SELECT total_cents, refunded_cents FROM purchase_order WHERE company_id = $1 AND id = $2 FOR UPDATE`;

/** Plan: primary key. */
const READ_PAYING = `
  SELECT paying_id, points FROM purchase_order_code
  WHERE company_id = $1 AND order_id = $2 AND paying_id IS NOT NULL
  ORDER BY paying_id`;

const INSERT_REFUND = `
  INSERT INTO purchase_order_refund (company_id, order_id, kind, id, amount_cents) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT DO NOTHING RETURNING 1`;

const INSERT_PARTS = `
  INSERT INTO purchase_order_refund_part (company_id, order_id, kind, refund_id, redemption_id, points, key_digest)
  SELECT $1, $2, $3, $4, q.* FROM unnest($5::uuid[], $6::bigint[], $7::text[]) q`;

const ADD_REFUNDED = `UPDATE purchase_order SET refunded_cents = $3 WHERE company_id = $1 AND id = $2`;

/** Plan: three primary keys. */
const READ = `
  SELECT o.wallet_id, f.amount_cents, f.done_at IS NOT NULL AS is_done, p.redemption_id, p.points, p.key_digest
  FROM purchase_order_refund f
  JOIN purchase_order o ON o.company_id = f.company_id AND o.id = f.order_id
  LEFT JOIN purchase_order_refund_part p
    ON p.company_id = f.company_id AND p.order_id = f.order_id AND p.kind = f.kind AND p.refund_id = f.id
  WHERE f.company_id = $1 AND f.order_id = $2 AND f.kind = $3 AND f.id = $4
  ORDER BY p.redemption_id`;

const MARK_DONE = `
  UPDATE purchase_order_refund SET done_at = coalesce(done_at, now())
  WHERE company_id = $1 AND order_id = $2 AND kind = $3 AND id = $4`;

/** Plan: the partial index of unfinished refunds, which holds next to nothing. */
const UNFINISHED = `
  SELECT company_id, order_id, kind, id FROM purchase_order_refund
  WHERE done_at IS NULL AND received_at < now() - $1 * interval '1 millisecond'
  ORDER BY received_at LIMIT $2`;

export interface RefundStoreDeps {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  /** 64 hexadecimal digits that nobody drew before. */
  readonly newDigest: () => string;
}

/** What was given back of orders, and what of that still has to reach the ledger. */
export class RefundStore {
  constructor(private readonly deps: RefundStoreDeps) {}

  async read(companyId: number, { orderId, kind, id }: RefundKey): Promise<StoredRefund | undefined> {
    const { pool, prepare } = this.deps;
    const { rows } = await pool.query<RefundRow>(prepare('read_refund', READ, [companyId, orderId, kind, id]));
    const [first] = rows;
    if (first === undefined) return undefined;
    return {
      ...{ orderId, kind, id },
      walletId: first.wallet_id,
      amountCents: BigInt(first.amount_cents),
      isDone: first.is_done,
      parts: rows.flatMap((row) =>
        row.redemption_id === null
          ? []
          : [{ redemptionId: row.redemption_id, points: BigInt(row.points), keyDigest: row.key_digest }],
      ),
    };
  }

  /**
   * Records a refund with the parts it gives back, where it isn't there yet. More than is left of the order counts as what is left;
   * `amountCents` undefined is all of that. To be called once the order is applied.
   *
   * @returns whether it was new.
   */
  async record(companyId: number, key: RefundKey, amountCents: bigint | undefined): Promise<boolean> {
    const client = await this.deps.pool.connect();
    try {
      await client.query('BEGIN');
      const isNew = await this.#recordIn(client, companyId, key, amountCents);
      await client.query('COMMIT');
      client.release();
      return isNew;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async #recordIn(
    client: pg.PoolClient,
    companyId: number,
    { orderId, kind, id }: RefundKey,
    amountCents: bigint | undefined,
  ): Promise<boolean> {
    const { prepare } = this.deps;
    const order = (
      await client.query<{ total_cents: string; refunded_cents: string | null }>(
        prepare('lock_order', LOCK_ORDER, [companyId, orderId]),
      )
    ).rows[0];
    if (order === undefined) return false;
    const totalCents = BigInt(order.total_cents);
    const beforeCents = order.refunded_cents === null ? undefined : BigInt(order.refunded_cents);
    const leftCents = totalCents - (beforeCents ?? 0n);
    const takenCents = amountCents === undefined || amountCents > leftCents ? leftCents : amountCents;
    const afterCents = (beforeCents ?? 0n) + takenCents;
    const inserted = await client.query(
      prepare('insert_refund', INSERT_REFUND, [companyId, orderId, kind, id, amountCents ?? leftCents]),
    );
    if (inserted.rowCount === 0) return false;
    const paying = await client.query<{ paying_id: string; points: string }>(
      prepare('read_paying', READ_PAYING, [companyId, orderId]),
    );
    const parts = paying.rows
      .map((row): RefundPart => {
        const points = refundShare(BigInt(row.points), { totalCents, beforeCents, afterCents });
        return { redemptionId: row.paying_id, points, keyDigest: this.deps.newDigest() };
      })
      .filter(({ points }) => points > 0n);
    await client.query(
      prepare('insert_refund_parts', INSERT_PARTS, [
        ...[companyId, orderId, kind, id],
        parts.map(({ redemptionId }) => redemptionId),
        parts.map(({ points }) => points),
        parts.map(({ keyDigest }) => keyDigest),
      ]),
    );
    await client.query(prepare('add_refunded', ADD_REFUNDED, [companyId, orderId, afterCents]));
    return true;
  }

  async markDone(companyId: number, { orderId, kind, id }: RefundKey): Promise<void> {
    await this.deps.pool.query(this.deps.prepare('refund_done', MARK_DONE, [companyId, orderId, kind, id]));
  }

  /** Refunds of which a part may not have reached the ledger, told of at least so long ago. */
  async unfinished(options: {
    readonly olderThanMs: number;
    readonly limit: number;
  }): Promise<readonly (RefundKey & { readonly companyId: number })[]> {
    const { rows } = await this.deps.pool.query<RefundKeyRow>(
      this.deps.prepare('unfinished_refunds', UNFINISHED, [options.olderThanMs, options.limit]),
    );
    return rows.map(({ company_id: companyId, order_id: orderId, kind, id }) => ({ companyId, orderId, kind, id }));
  }
}

interface RefundRow {
  readonly wallet_id: string;
  readonly amount_cents: string;
  readonly is_done: boolean;
  readonly redemption_id: string | null;
  readonly points: string;
  readonly key_digest: string;
}

interface RefundKeyRow {
  readonly company_id: number;
  readonly order_id: string;
  readonly kind: RefundKey['kind'];
  readonly id: string;
}
