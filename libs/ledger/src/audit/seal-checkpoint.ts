import {
  BUCKETS,
  CHECKPOINT_SCHEMA_VERSION,
  checkpointHash,
  companyRoot,
  encodeCheckpoint,
  formatInstant,
  HeadChain,
  headHash,
  instant,
  ledgerRoot,
  merkleRoot,
  NO_CHECKPOINT,
  type ChainDigest,
  type Checkpoint,
} from '#domain';
import type { SigningKey } from '#platform';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type pg from 'pg';
import { hex } from '../columns.js';
import { bucketRootsIn, readCompanySeals, type CompanySeal } from './company-roots.js';
import { readEpoch } from './ledger-epoch.js';
import { sealHeads, type ChangedBucket } from './seal-heads.js';
import { readHeads } from './sealed-heads.js';
import { readLastCheckpoint, type StoredCheckpoint } from './stored-checkpoint.js';

export interface SealOptions {
  /** For long statements: `UNLIMITED`, and by index only. */
  readonly pool: pg.Pool;
  readonly digest: ChainDigest;
  readonly key: SigningKey;
  /** Whether a checkpoint is made although no stream has changed since the last. */
  readonly evenIfUnchanged?: boolean;
}

/** `sealed` is false where the newest checkpoint there is has all that was written. Undefined: nothing was ever written. */
export interface Sealed {
  readonly sealed: boolean;
  readonly stored: StoredCheckpoint;
}

/** One seals at a time; it takes no lock that a writer of events wants. The number is arbitrary, and ours alone. */
const LOCK = `SELECT pg_advisory_xact_lock(5208490712846317)`;

const INSERT_COMPANY = `
  INSERT INTO checkpoint_company (company_id, checkpoint_id, streams, events, root, buckets) VALUES ($1, $2, $3, $4, $5, $6)`;

const READ_BUCKET_BYTES = `
  SELECT buckets FROM checkpoint_company
  WHERE company_id = $1 AND checkpoint_id < $2 ORDER BY checkpoint_id DESC LIMIT 1`;

const INSERT_CHECKPOINT = `
  INSERT INTO checkpoint (id, sealed_at, root, body, signature, public_key)
  VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6)`;

const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now`;

/** Buckets whose heads are in hand at once: at ten million wallets some 600,000 heads would be too many. */
const BUCKETS_AT_ONCE = 8;

/**
 * Seals what has been written: the heads of all streams below the oldest transaction that may still write. In one transaction of its own,
 * which waits for nobody and for which no writer waits. Its own id holds back what the feed shows while it lasts.
 */
export async function sealCheckpoint({ pool, digest, key, evenIfUnchanged }: SealOptions): Promise<Sealed | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query(LOCK);
    const sealed = await sealNext(client, digest, key, evenIfUnchanged === true);
    await client.query(sealed?.sealed === true ? 'COMMIT' : 'ROLLBACK');
    return sealed;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function sealNext(
  client: pg.ClientBase,
  digest: ChainDigest,
  key: SigningKey,
  always: boolean,
): Promise<Sealed | undefined> {
  const last = await readLastCheckpoint(client);
  const { epoch, boundary } = await readEpoch(client);
  const id = (last?.checkpoint.id ?? 0n) + 1n;
  const since = last?.checkpoint.epoch === epoch ? String(last.checkpoint.boundary) : undefined;
  const changed = await sealHeads(client, { checkpointId: id, boundary, since });
  if (changed.length === 0 && !(always && last !== undefined)) {
    return last === undefined ? undefined : { sealed: false, stored: last };
  }
  const { companies, changes } = await sealCompanies(client, digest, id, changed);
  const { rows } = await client.query<{ now: string }>(CLOCK);
  const checkpoint: Checkpoint = {
    schemaVersion: CHECKPOINT_SCHEMA_VERSION,
    id,
    epoch,
    boundary: BigInt(boundary),
    sealedAt: instant(Number(rows[0]?.now)),
    previous: last === undefined ? NO_CHECKPOINT : hex(checkpointHash(digest, last.body)),
    root: hex(
      ledgerRoot(
        digest,
        companies.map(({ root }) => root),
      ),
    ),
    companies: BigInt(companies.length),
    streams: companies.reduce((sum, { streams }) => sum + streams, 0n),
    events: companies.reduce((sum, { events }) => sum + events, 0n),
    changes: hex(changes.hash()),
    changedStreams: changes.count,
    keyId: key.publicKey.id,
  };
  const body = encodeCheckpoint(checkpoint);
  const signature = key.sign(body);
  const publicKey = key.publicKey.bytes;
  await client.query(INSERT_CHECKPOINT, [
    String(id),
    formatInstant(checkpoint.sealedAt),
    checkpoint.root,
    body,
    signature,
    publicKey,
  ]);
  return { sealed: true, stored: { checkpoint, body, signature, publicKey } };
}

/** Computes the buckets that changed, writes the companies they belong to, and gives all companies as they now stand. */
async function sealCompanies(
  client: pg.ClientBase,
  digest: ChainDigest,
  checkpointId: bigint,
  changed: readonly ChangedBucket[],
): Promise<{ readonly companies: readonly CompanySeal[]; readonly changes: HeadChain }> {
  const changes = new HeadChain(digest);
  const seals = new Map((await readCompanySeals(client, checkpointId - 1n)).map((seal) => [seal.companyId, seal]));
  for (const [companyId, buckets] of bucketsByCompany(changed)) {
    let { streams, events } = seals.get(companyId) ?? { streams: 0n, events: 0n };
    const bytes = await bucketBytes(client, digest, companyId, checkpointId);
    for (let at = 0; at < buckets.length; at += BUCKETS_AT_ONCE) {
      const some = buckets.slice(at, at + BUCKETS_AT_ONCE);
      const heads = await readHeads(client, { companyId, buckets: some, checkpointId });
      const leaves = new Map<number, Uint8Array[]>(some.map((bucket) => [bucket, []]));
      for (const head of heads) {
        leaves.get(head.bucket)?.push(headHash(digest, head));
        if (head.checkpointId !== checkpointId) continue;
        changes.add(head);
        streams += head.versionBefore === 0n ? 1n : 0n;
        events += head.version - head.versionBefore;
      }
      for (const [bucket, hashes] of leaves) bytes.set(merkleRoot(digest, hashes), bucket * 32);
      await letOthersRun();
    }
    const root = companyRoot(digest, bucketRootsIn(bytes));
    await client.query(INSERT_COMPANY, [companyId, ...[checkpointId, streams, events].map(String), root, bytes]);
    seals.set(companyId, { companyId, streams, events, root });
  }
  const companies = [...seals.values()].sort((a, b) => a.companyId - b.companyId);
  return { companies, changes };
}

/** The roots of the company's buckets as they were, to be written over; for a company that is new, those of empty buckets. */
async function bucketBytes(
  client: pg.ClientBase,
  digest: ChainDigest,
  companyId: number,
  checkpointId: bigint,
): Promise<Buffer> {
  const { rows } = await client.query<{ buckets: Buffer }>(READ_BUCKET_BYTES, [companyId, String(checkpointId)]);
  return rows[0]?.buckets ?? Buffer.concat(Array.from({ length: BUCKETS }, () => merkleRoot(digest, [])));
}

function bucketsByCompany(changed: readonly ChangedBucket[]): ReadonlyMap<number, readonly number[]> {
  const byCompany = new Map<number, number[]>();
  for (const { companyId, bucket } of changed) {
    const buckets = byCompany.get(companyId) ?? [];
    byCompany.set(companyId, buckets);
    buckets.push(bucket);
  }
  return byCompany;
}
