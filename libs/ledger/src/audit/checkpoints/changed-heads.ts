import type pg from 'pg';
import { cursorRows } from '../cursor-rows.js';
import type { HeadInTree } from './sealed-heads.js';

/** What a checkpoint is to seal. */
export interface HeadRange {
  readonly checkpointId: bigint;
  /** Transactions below it are sealed. */
  readonly boundary: string;
  /** The boundary of the checkpoint before, in the same epoch; undefined: all streams are looked at. */
  readonly since: string | undefined;
}

/** Goes behind WITH: the companies that have events, found by skipping from one to the next through the primary key. */
export const COMPANIES_OF_EVENTS = `
  RECURSIVE company(id) AS (
    (SELECT e.company_id FROM event e ORDER BY e.company_id LIMIT 1)
    UNION ALL
    SELECT next.company_id FROM company CROSS JOIN LATERAL (
      SELECT e.company_id FROM event e WHERE e.company_id > company.id ORDER BY e.company_id LIMIT 1) next)`;

/**
 * In the order of the tree, which is that of the table's key. Sorted as a whole: so everything has been read before the first row comes
 * out, and a transaction that writes these rows has no id of its own until then.
 */
const IN_ORDER = `
  SELECT company_id, get_byte(uuid_send(wallet_id), 15)::smallint AS bucket, wallet_id, version, hash FROM head
  ORDER BY company_id, bucket, wallet_id`;

/**
 * The newest event of every stream that was written to between two boundaries: a range of the feed's index for each company, then
 * one look by primary key for each stream. Costs what was written since, however long the ledger is.
 */
const WRITTEN_SINCE = `
  WITH ${COMPANIES_OF_EVENTS},
  written AS (
    SELECT company.id AS company_id, new.wallet_id, new.version FROM company CROSS JOIN LATERAL (
      SELECT e.wallet_id, max(e.version) AS version FROM event e
      WHERE e.company_id = company.id AND e.transaction_id >= $2::xid8 AND e.transaction_id < $1::xid8
      GROUP BY e.wallet_id) new),
  head AS (
    SELECT e.company_id, e.wallet_id, e.version, e.hash FROM written
    JOIN event e ON e.company_id = written.company_id AND e.wallet_id = written.wallet_id AND e.version = written.version)
  ${IN_ORDER}`;

/**
 * The newest event of every stream there is, found by skipping through the primary key, where it is not what was sealed last: for the
 * first checkpoint, and the first of an epoch, whose transaction ids can't be compared with those before.
 */
const OF_ALL_STREAMS = `
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
      WHERE e.company_id = stream.company_id AND e.wallet_id = stream.wallet_id AND e.transaction_id < $1::xid8
      ORDER BY e.version DESC LIMIT 1) newest
    LEFT JOIN LATERAL (
      SELECT h.version, h.hash FROM checkpoint_head h
      WHERE h.company_id = stream.company_id AND h.bucket = get_byte(uuid_send(stream.wallet_id), 15)
        AND h.wallet_id = stream.wallet_id
      ORDER BY h.checkpoint_id DESC LIMIT 1) known ON true
    WHERE (known.version, known.hash) IS DISTINCT FROM (newest.version, newest.hash))
  ${IN_ORDER}`;

const HEADS_A_PAGE = 20_000;

const select = (changed: string): string => `
  SELECT company_id, bucket, wallet_id, version, encode(hash, 'hex') FROM (${changed}) changed`;
const SELECT_WRITTEN_SINCE = select(WRITTEN_SINCE);
const SELECT_OF_ALL = select(OF_ALL_STREAMS);

const insert = (changed: string, checkpointId: string): string => `
  INSERT INTO checkpoint_head (company_id, bucket, wallet_id, checkpoint_id, version, hash)
  SELECT company_id, bucket, wallet_id, ${checkpointId}, version, hash FROM (${changed}) changed`;
const INSERT_WRITTEN_SINCE = insert(WRITTEN_SINCE, '$3::bigint');
const INSERT_OF_ALL = insert(OF_ALL_STREAMS, '$2::bigint');

type Row = [companyId: number, bucket: number, walletId: string, version: string, hash: string];

/** The heads below the boundary that are not what was sealed last, in pages, in the order of the tree. The connection is in a transaction. */
export async function* readChangedHeads(
  client: pg.ClientBase,
  { boundary, since }: HeadRange,
): AsyncGenerator<readonly HeadInTree[]> {
  const [statement, values] =
    since === undefined ? [SELECT_OF_ALL, [boundary]] : [SELECT_WRITTEN_SINCE, [boundary, since]];
  const changed = { name: 'changed_head', select: statement, values, rowsAtOnce: HEADS_A_PAGE };
  for await (const rows of cursorRows<Row>(client, changed)) {
    yield rows.map(([companyId, bucket, walletId, version, hash]) => ({
      companyId,
      bucket,
      walletId,
      version: BigInt(version),
      hash,
    }));
  }
}

/** Writes the same heads down, all in one statement. @returns how many they were. */
export async function writeChangedHeads(
  client: pg.ClientBase,
  { checkpointId, boundary, since }: HeadRange,
): Promise<bigint> {
  const id = String(checkpointId);
  const { rowCount } =
    since === undefined
      ? await client.query(INSERT_OF_ALL, [boundary, id])
      : await client.query(INSERT_WRITTEN_SINCE, [boundary, since, id]);
  return BigInt(rowCount ?? 0);
}
