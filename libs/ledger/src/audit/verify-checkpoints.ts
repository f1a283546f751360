import { BUCKETS, companyRoot, headHash, merkleRoot } from '#domain';
import type pg from 'pg';
import { hex } from '../columns.js';
import { CheckpointChain, type CheckpointChainOptions, type CompanyRow, type StoredRow } from './checkpoint-chain.js';
import { readBucketRoots, readCompanySeals } from './company-roots.js';
import { readHeads } from './sealed-heads.js';
import { readCheckpoint, type StoredCheckpoint } from './stored-checkpoint.js';

export interface VerifyCheckpointsOptions extends CheckpointChainOptions {
  /** For long statements: `UNLIMITED`. */
  readonly pool: pg.Pool;
  /** Only what was sealed after this checkpoint, which must itself be sound. */
  readonly since?: bigint | undefined;
}

export interface VerifiedCheckpoints {
  readonly checkpoints: number;
  readonly heads: number;
  readonly last: StoredCheckpoint | undefined;
}

/** By the column itself: `ORDER BY id` would be by the text that is selected, in which 10 comes before 2. */
const ALL_AFTER = `
  SELECT body, signature, public_key AS "publicKey", id::text, encode(root, 'hex') AS root
  FROM checkpoint c WHERE c.id > $1 ORDER BY c.id`;

/** Every sealed head beside the event that it was taken from, checkpoint by checkpoint in the order that was signed. */
const HEADS_AFTER = `
  DECLARE sealed_heads NO SCROLL CURSOR FOR
  SELECT h.checkpoint_id, h.company_id, h.wallet_id, h.version, encode(h.hash, 'hex'), h.bucket, encode(e.hash, 'hex')
  FROM checkpoint_head h
  LEFT JOIN event e ON e.company_id = h.company_id AND e.wallet_id = h.wallet_id AND e.version = h.version
  WHERE h.checkpoint_id > $1 AND h.checkpoint_id <= $2
  ORDER BY h.checkpoint_id, h.company_id, h.bucket, h.wallet_id`;
const FETCH = `FETCH 10000 FROM sealed_heads`;

const COMPANIES_AFTER = `
  SELECT company_id AS "companyId", checkpoint_id::text AS "checkpointId", streams::text, events::text, root, buckets
  FROM checkpoint_company WHERE checkpoint_id > $1 AND checkpoint_id <= $2 ORDER BY checkpoint_id, company_id`;

const NEWEST_VERSION = `SELECT max(version)::text AS version FROM event WHERE company_id = $1 AND wallet_id = $2`;

type HeadRow = [string, number, string, string, string, number, string | null];

/**
 * Holds the checkpoints against themselves and against the ledger:
 *
 * - each is signed, follows the one before and says what its columns say;
 * - the companies it sealed give its root, their buckets give theirs, and the heads that it found changed are those it signed;
 * - each head is still there: the event at its version, with its hash. What leads up to that hash is the chain's to check;
 * - the heads of all streams, as the last checkpoint has them, fold to its root.
 *
 * What no look into one database can find is a whole checkpoint taken away from the end: compare with what was handed on.
 */
export async function verifyCheckpoints(options: VerifyCheckpointsOptions): Promise<VerifiedCheckpoints> {
  const { pool, since = 0n } = options;
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const chain = new CheckpointChain(options);
    if (since > 0n) await beginAfter(client, chain, options, since);
    const { rows } = await client.query<StoredRow>(ALL_AFTER, [String(since)]);
    for (const row of rows) chain.takeCheckpoint(row);
    const lastId = chain.last?.checkpoint.id ?? since;
    const range = [String(since), String(lastId)];
    for (const row of (await client.query<CompanyRow>(COMPANIES_AFTER, range)).rows) chain.takeCompany(row);
    const heads = await verifyHeads(client, chain, options, range);
    chain.end();
    if (chain.last !== undefined && rows.length > 0) await verifyTree(client, options, lastId);
    await client.query('COMMIT');
    return { checkpoints: rows.length, heads, last: chain.last };
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function beginAfter(
  client: pg.ClientBase,
  chain: CheckpointChain,
  { report }: VerifyCheckpointsOptions,
  since: bigint,
): Promise<void> {
  const stored = await readCheckpoint(client, since);
  if (stored === undefined) {
    report({ checkpointId: since, expected: 'a checkpoint of this number', found: 'none' });
    return;
  }
  chain.beginAfter(stored, await readCompanySeals(client, since));
}

async function verifyHeads(
  client: pg.ClientBase,
  chain: CheckpointChain,
  { report }: VerifyCheckpointsOptions,
  range: readonly string[],
): Promise<number> {
  let count = 0;
  await client.query(HEADS_AFTER, [...range]);
  for (;;) {
    const { rows } = await client.query<HeadRow>({ text: FETCH, rowMode: 'array' });
    if (rows.length === 0) return count;
    count += rows.length;
    for (const [checkpoint, companyId, walletId, at, hash, bucket, inLedger] of rows) {
      const checkpointId = BigInt(checkpoint);
      const version = BigInt(at);
      chain.takeHead(checkpointId, bucket, { companyId, walletId, version, hash });
      if (inLedger === hash) continue;
      const found =
        inLedger === null ? await missing(client, companyId, walletId) : `an event with the hash ${inLedger}`;
      report({ checkpointId, companyId, walletId, version, expected: `the event with the hash ${hash}`, found });
    }
  }
}

async function missing(client: pg.ClientBase, companyId: number, walletId: string): Promise<string> {
  const { rows } = await client.query<{ version: string | null }>(NEWEST_VERSION, [companyId, walletId]);
  const newest = rows[0]?.version;
  return newest == null ? 'no event of this stream at all' : `no such event: the stream ends at version ${newest}`;
}

const BUCKETS_AT_ONCE = 8;

/** Every bucket of every company, from the heads themselves. */
async function verifyTree(
  client: pg.ClientBase,
  { digest, report }: VerifyCheckpointsOptions,
  checkpointId: bigint,
): Promise<void> {
  for (const { companyId, root, ...counts } of await readCompanySeals(client, checkpointId)) {
    const stored = (await readBucketRoots(client, companyId, checkpointId)) ?? [];
    const computed: Uint8Array[] = [];
    let streams = 0n;
    let events = 0n;
    for (let at = 0; at < BUCKETS; at += BUCKETS_AT_ONCE) {
      const buckets = Array.from({ length: BUCKETS_AT_ONCE }, (_, i) => at + i);
      const heads = await readHeads(client, { companyId, buckets, checkpointId });
      streams += BigInt(heads.length);
      events += heads.reduce((sum, { version }) => sum + version, 0n);
      for (const bucket of buckets) {
        const leaves = heads.filter((head) => head.bucket === bucket).map((head) => headHash(digest, head));
        computed.push(merkleRoot(digest, leaves));
      }
    }
    const same = computed.every((hash, bucket) => hex(hash) === hex(stored[bucket] as Uint8Array));
    const found = hex(companyRoot(digest, computed));
    if (!same || found !== hex(root)) {
      report({ checkpointId, companyId, expected: `the root ${hex(root)}`, found: `heads that fold to ${found}` });
    }
    if (streams !== counts.streams || events !== counts.events) {
      const expected = `${counts.streams} streams with ${counts.events} events`;
      report({ checkpointId, companyId, expected, found: `${streams} streams with ${events} events` });
    }
  }
}
