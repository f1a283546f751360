import { BUCKETS } from '#domain';
import type pg from 'pg';

/** A company's part of the tree as a checkpoint has it. */
export interface CompanySeal {
  readonly companyId: number;
  readonly streams: bigint;
  readonly events: bigint;
  readonly root: Uint8Array;
}

/** Companies are found by skipping from one to the next, and of each the newest row up to the checkpoint. By the primary key. */
const READ_SEALS = `
  WITH RECURSIVE company(id) AS (
    (SELECT c.company_id FROM checkpoint_company c ORDER BY c.company_id LIMIT 1)
    UNION ALL
    SELECT next.company_id FROM company CROSS JOIN LATERAL (
      SELECT c.company_id FROM checkpoint_company c WHERE c.company_id > company.id ORDER BY c.company_id LIMIT 1) next)
  SELECT seal.company_id, seal.streams, seal.events, seal.root FROM company CROSS JOIN LATERAL (
    SELECT * FROM checkpoint_company c WHERE c.company_id = company.id AND c.checkpoint_id <= $1
    ORDER BY c.checkpoint_id DESC LIMIT 1) seal
  ORDER BY seal.company_id`;

const READ_BUCKETS = `
  SELECT buckets FROM checkpoint_company
  WHERE company_id = $1 AND checkpoint_id <= $2 ORDER BY checkpoint_id DESC LIMIT 1`;

const HASH_BYTES = 32;

/** In the order of the tree. */
export async function readCompanySeals(
  db: pg.ClientBase | pg.Pool,
  checkpointId: bigint,
): Promise<readonly CompanySeal[]> {
  const { rows } = await (db as pg.Pool).query<{ company_id: number; streams: string; events: string; root: Buffer }>(
    READ_SEALS,
    [String(checkpointId)],
  );
  return rows.map(({ company_id: companyId, streams, events, root }) => ({
    companyId,
    streams: BigInt(streams),
    events: BigInt(events),
    root,
  }));
}

/** The roots of a company's buckets; undefined where no checkpoint up to this one saw the company. */
export async function readBucketRoots(
  db: pg.ClientBase | pg.Pool,
  companyId: number,
  checkpointId: bigint,
): Promise<readonly Uint8Array[] | undefined> {
  const { rows } = await (db as pg.Pool).query<{ buckets: Buffer }>(READ_BUCKETS, [companyId, String(checkpointId)]);
  return rows[0] === undefined ? undefined : bucketRootsIn(rows[0].buckets);
}

export function bucketRootsIn(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: BUCKETS }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}
