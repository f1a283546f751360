import type { Checkpoint } from '#domain';
import type pg from 'pg';
import { COMPANIES_OF_EVENTS } from './changed-heads.js';
import type { CheckpointChain } from './checkpoint-chain.js';
import type { CheckpointFinding } from './checkpoint-finding.js';
import { cursorRows, type CursorQuery } from '../cursor-rows.js';

/** Every sealed head beside the event that it was taken from, checkpoint by checkpoint in the order that was signed. */
const HEADS_AFTER = `
  SELECT h.checkpoint_id, h.company_id, h.wallet_id, h.version, encode(h.hash, 'hex'), h.bucket, encode(e.hash, 'hex')
  FROM checkpoint_head h
  LEFT JOIN event e ON e.company_id = h.company_id AND e.wallet_id = h.wallet_id AND e.version = h.version
  WHERE h.checkpoint_id > $1 AND h.checkpoint_id <= $2
  ORDER BY h.checkpoint_id, h.company_id, h.bucket, h.wallet_id`;

/** What a checkpoint that is believed says of the streams that were written to after it: their beginnings have to be what it sealed. */
const HEADS_BELIEVED = `
  WITH ${COMPANIES_OF_EVENTS},
  written AS (
    SELECT DISTINCT company.id AS company_id, e.wallet_id FROM company
    JOIN event e ON e.company_id = company.id AND e.transaction_id >= $2::xid8)
  SELECT h.checkpoint_id, h.company_id, h.wallet_id, h.version, encode(h.hash, 'hex'), h.bucket, encode(e.hash, 'hex')
  FROM written w CROSS JOIN LATERAL (
    SELECT * FROM checkpoint_head h
    WHERE h.company_id = w.company_id AND h.bucket = get_byte(uuid_send(w.wallet_id), 15) AND h.wallet_id = w.wallet_id
      AND h.checkpoint_id <= $1
    ORDER BY h.checkpoint_id DESC LIMIT 1) h
  LEFT JOIN event e ON e.company_id = h.company_id AND e.wallet_id = h.wallet_id AND e.version = h.version`;
const HEADS_AT_ONCE = 10_000;

const NEWEST_VERSIONS = `
  SELECT s.company_id AS "companyId", s.wallet_id AS "walletId", (
    SELECT max(e.version)::text FROM event e WHERE e.company_id = s.company_id AND e.wallet_id = s.wallet_id) AS version
  FROM unnest($1::int[], $2::uuid[]) s(company_id, wallet_id)`;

type HeadRow = [string, number, string, string, string, number, string | null];

export interface HeadsCheck {
  readonly chain: CheckpointChain;
  readonly report: (finding: CheckpointFinding) => void;
}

/** Heads sealed after one checkpoint, up to another, against the ledger and the chain. @returns how many there are. */
export function verifyHeadsAfter(
  client: pg.ClientBase,
  check: HeadsCheck,
  range: readonly [after: bigint, last: bigint],
): Promise<number> {
  return compareHeads(client, check, { name: 'sealed_head', select: HEADS_AFTER, values: range.map(String) });
}

/** Of the streams written to since a checkpoint of this epoch, what it and those before sealed, against the ledger. */
export function verifyHeadsBelieved(
  client: pg.ClientBase,
  check: HeadsCheck,
  { id, boundary }: Checkpoint,
): Promise<number> {
  const values = [String(id), String(boundary)];
  return compareHeads(client, check, { name: 'believed_head', select: HEADS_BELIEVED, values });
}

async function compareHeads(
  client: pg.ClientBase,
  { chain, report }: HeadsCheck,
  heads: Omit<CursorQuery, 'rowsAtOnce'>,
): Promise<number> {
  let count = 0;
  for await (const rows of cursorRows<HeadRow>(client, { ...heads, rowsAtOnce: HEADS_AT_ONCE })) {
    count += rows.length;
    const absent = rows.filter(([, , , , , , inLedger]) => inLedger === null);
    const newest = absent.length === 0 ? undefined : await newestVersions(client, absent);
    for (const [checkpoint, companyId, walletId, at, hash, bucket, inLedger] of rows) {
      const checkpointId = BigInt(checkpoint);
      const version = BigInt(at);
      chain.takeHead(checkpointId, bucket, { companyId, walletId, version, hash });
      if (inLedger === hash) continue;
      const found =
        inLedger === null ? missing(newest?.get(`${companyId} ${walletId}`)) : `an event with the hash ${inLedger}`;
      report({ checkpointId, companyId, walletId, version, expected: `the event with the hash ${hash}`, found });
    }
  }
  return count;
}

async function newestVersions(
  client: pg.ClientBase,
  heads: readonly HeadRow[],
): Promise<ReadonlyMap<string, string | null>> {
  const values = [heads.map(([, companyId]) => companyId), heads.map(([, , walletId]) => walletId)];
  const { rows } = await client.query<{ companyId: number; walletId: string; version: string | null }>(
    NEWEST_VERSIONS,
    values,
  );
  return new Map(rows.map(({ companyId, walletId, version }) => [`${companyId} ${walletId}`, version]));
}

function missing(newest: string | null | undefined): string {
  return newest == null ? 'no event of this stream at all' : `no such event: the stream ends at version ${newest}`;
}
