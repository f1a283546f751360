import type pg from 'pg';

/** A bucket in which streams have new heads. */
export interface ChangedBucket {
  readonly companyId: number;
  readonly bucket: number;
}

const COMPANIES = `
  RECURSIVE company(id) AS (
    (SELECT e.company_id FROM event e ORDER BY e.company_id LIMIT 1)
    UNION ALL
    SELECT next.company_id FROM company CROSS JOIN LATERAL (
      SELECT e.company_id FROM event e WHERE e.company_id > company.id ORDER BY e.company_id LIMIT 1) next)`;

const INSERT = `
  INSERT INTO checkpoint_head (company_id, bucket, wallet_id, checkpoint_id, version, hash)
  SELECT company_id, get_byte(uuid_send(wallet_id), 15), wallet_id, $1, version, hash FROM head
  RETURNING company_id, bucket`;

const CHANGED = `SELECT DISTINCT company_id AS "companyId", bucket FROM sealed ORDER BY company_id, bucket`;

/**
 * The newest event of every stream that was written to between two boundaries: a range of the feed's index for each company, then
 * one look by primary key for each stream. Costs what was written since, however long the ledger is.
 */
const SEAL_WRITTEN_SINCE = `
  WITH ${COMPANIES},
  written AS (
    SELECT company.id AS company_id, new.wallet_id, new.version FROM company CROSS JOIN LATERAL (
      SELECT e.wallet_id, max(e.version) AS version FROM event e
      WHERE e.company_id = company.id AND e.transaction_id >= $3::xid8 AND e.transaction_id < $2::xid8
      GROUP BY e.wallet_id) new),
  head AS (
    SELECT e.company_id, e.wallet_id, e.version, e.hash FROM written
    JOIN event e ON e.company_id = written.company_id AND e.wallet_id = written.wallet_id AND e.version = written.version),
  sealed AS (${INSERT})
  ${CHANGED}`;

/**
 * The newest event of every stream there is, found by skipping through the primary key, where it is not what was sealed last: for the
 * first checkpoint, and the first of an epoch, whose transaction ids can't be compared with those before.
 */
const SEAL_ALL = `
  WITH RECURSIVE stream(company_id, wallet_id) AS (
    (SELECT e.company_id, e.wallet_id FROM event e ORDER BY e.company_id, e.wallet_id LIMIT 1)
    UNION ALL
    SELECT next.company_id, next.wallet_id FROM stream CROSS JOIN LATERAL (
      SELECT e.company_id, e.wallet_id FROM event e WHERE (e.company_id, e.wallet_id) > (stream.company_id, stream.wallet_id)
      ORDER BY e.company_id, e.wallet_id LIMIT 1) next),
  head AS (
    SELECT stream.company_id, stream.wallet_id, newest.version, newest.hash FROM stream
    CROSS JOIN LATERAL (
      SELECT e.version, e.hash FROM event e
      WHERE e.company_id = stream.company_id AND e.wallet_id = stream.wallet_id AND e.transaction_id < $2::xid8
      ORDER BY e.version DESC LIMIT 1) newest
    LEFT JOIN LATERAL (
      SELECT h.version, h.hash FROM checkpoint_head h
      WHERE h.company_id = stream.company_id AND h.bucket = get_byte(uuid_send(stream.wallet_id), 15)
        AND h.wallet_id = stream.wallet_id
      ORDER BY h.checkpoint_id DESC LIMIT 1) known ON true
    WHERE (known.version, known.hash) IS DISTINCT FROM (newest.version, newest.hash)),
  sealed AS (${INSERT})
  ${CHANGED}`;

/**
 * Writes down the new heads below `boundary`, under a checkpoint that is yet to be made.
 * @param since the boundary of the checkpoint before, in the same epoch; undefined: all streams are looked at.
 */
export async function sealHeads(
  client: pg.ClientBase,
  seal: { readonly checkpointId: bigint; readonly boundary: string; readonly since: string | undefined },
): Promise<readonly ChangedBucket[]> {
  const { checkpointId, boundary, since } = seal;
  const { rows } =
    since === undefined
      ? await client.query<ChangedBucket>(SEAL_ALL, [String(checkpointId), boundary])
      : await client.query<ChangedBucket>(SEAL_WRITTEN_SINCE, [String(checkpointId), boundary, since]);
  return rows;
}
