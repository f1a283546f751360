import { BUCKETS, companyRoot, headHash, merkleRoot } from '#domain';
import type pg from 'pg';
import { hex } from '../../columns.js';
import { CheckpointChain, type CheckpointChainOptions, type StoredRow } from './checkpoint-chain.js';
import { readBucketRoots, readCompanySeals } from './company-roots.js';
import { cursorRows } from '../cursor-rows.js';
import { readHeads } from './sealed-heads.js';
import { readCheckpoint, type StoredCheckpoint } from './stored-checkpoint.js';
import { verifyHeadsAfter, verifyHeadsBelieved } from './verify-heads.js';

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

const COMPANIES_AFTER = `
  SELECT company_id, checkpoint_id, streams, events, root, buckets
  FROM checkpoint_company WHERE checkpoint_id > $1 AND checkpoint_id <= $2 ORDER BY checkpoint_id, company_id`;
/** Each with the roots of its buckets, 8 KB. */
const COMPANIES_AT_ONCE = 500;

type SealRow = [number, string, string, string, Buffer, Buffer];

/**
 * Holds the checkpoints against themselves and against the ledger:
 *
 * - each is signed, follows the one before and says what its columns say;
 * - the companies it sealed give its root, their buckets give theirs, and the heads that it found changed are those it signed;
 * - each head is still there: the event at its version, with its hash. What leads up to that hash is the chain's to check;
 * - after a checkpoint that is believed: streams written to since begin with what it sealed;
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
    const believed = since === 0n ? undefined : await beginAfter(client, chain, options, since);
    const { rows } = await client.query<StoredRow>(ALL_AFTER, [String(since)]);
    for (const row of rows) chain.takeCheckpoint(row);
    const lastId = chain.last?.checkpoint.id ?? since;
    await takeCompanies(client, chain, [since, lastId]);
    const check = { chain, report: options.report };
    let heads = await verifyHeadsAfter(client, check, [since, lastId]);
    if (believed !== undefined) heads += await verifyHeadsBelieved(client, check, believed.checkpoint);
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
): Promise<StoredCheckpoint | undefined> {
  const stored = await readCheckpoint(client, since);
  if (stored === undefined) report({ checkpointId: since, expected: 'a checkpoint of this number', found: 'none' });
  else chain.beginAfter(stored, await readCompanySeals(client, since));
  return stored;
}

async function takeCompanies(client: pg.ClientBase, chain: CheckpointChain, range: readonly bigint[]): Promise<void> {
  const values = range.map(String);
  const seals = { name: 'sealed_company', select: COMPANIES_AFTER, values, rowsAtOnce: COMPANIES_AT_ONCE };
  for await (const rows of cursorRows<SealRow>(client, seals)) {
    for (const [companyId, checkpointId, streams, events, root, buckets] of rows) {
      chain.takeCompany({ companyId, checkpointId, streams, events, root, buckets });
    }
  }
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
