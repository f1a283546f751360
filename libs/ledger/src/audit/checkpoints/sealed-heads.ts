import type { SealedHead } from '#domain';
import type pg from 'pg';

/** A head and the part of the tree that it belongs to. */
export interface HeadInTree extends SealedHead {
  readonly bucket: number;
}

/**
 * The heads of some buckets of a company as they stood at a checkpoint: of each stream the newest row up to it, in the order of the
 * tree. The streams of a bucket are found by skipping from one to the next, so that it costs an index step for each stream, not
 * for each time that one was sealed. Every look is by the primary key.
 */
const READ_HEADS = `
  SELECT b.bucket, stream.wallet_id, head.version, encode(head.hash, 'hex')
  FROM unnest($2::smallint[]) b(bucket)
  CROSS JOIN LATERAL (
    WITH RECURSIVE found(wallet_id) AS (
      (SELECT h.wallet_id FROM checkpoint_head h WHERE h.company_id = $1 AND h.bucket = b.bucket ORDER BY h.wallet_id LIMIT 1)
      UNION ALL
      SELECT next.wallet_id FROM found CROSS JOIN LATERAL (
        SELECT h.wallet_id FROM checkpoint_head h
        WHERE h.company_id = $1 AND h.bucket = b.bucket AND h.wallet_id > found.wallet_id ORDER BY h.wallet_id LIMIT 1) next)
    SELECT wallet_id FROM found) stream
  CROSS JOIN LATERAL (
    SELECT h.version, h.hash FROM checkpoint_head h
    WHERE h.company_id = $1 AND h.bucket = b.bucket AND h.wallet_id = stream.wallet_id AND h.checkpoint_id <= $3
    ORDER BY h.checkpoint_id DESC LIMIT 1) head
  ORDER BY b.bucket, stream.wallet_id`;

type Row = [bucket: number, walletId: string, version: string, hash: string];

export async function readHeads(
  db: pg.ClientBase | pg.Pool,
  at: { readonly companyId: number; readonly buckets: readonly number[]; readonly checkpointId: bigint },
): Promise<readonly HeadInTree[]> {
  const { rows } = await (db as pg.Pool).query<Row>({
    text: READ_HEADS,
    values: [at.companyId, at.buckets, String(at.checkpointId)],
    rowMode: 'array',
  });
  return rows.map(([bucket, walletId, version, hash]) => ({
    companyId: at.companyId,
    bucket,
    walletId,
    version: BigInt(version),
    hash,
  }));
}
