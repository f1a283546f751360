import {
  CHECKPOINT_SCHEMA_VERSION,
  checkpointHash,
  encodeCheckpoint,
  formatInstant,
  instant,
  ledgerRoot,
  NO_CHECKPOINT,
  type ChainDigest,
  type Checkpoint,
} from '#domain';
import type { SigningKey } from '#platform';
import type pg from 'pg';
import { hex } from '../../columns.js';
import { writeChangedHeads, type HeadRange } from './changed-heads.js';
import { readEpoch } from '../ledger-epoch.js';
import { sealCompanies, writeCompanies, type SealedCompanies } from './seal-companies.js';
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

/** One seals at a time; it takes no lock that a writer of events wants. A session that ends gives it up. The number is arbitrary, and ours alone. */
const LOCK = `SELECT pg_advisory_lock(5208490712846317)`;
const UNLOCK = `SELECT pg_advisory_unlock(5208490712846317)`;

const INSERT_CHECKPOINT = `
  INSERT INTO checkpoint (id, sealed_at, root, body, signature, public_key)
  VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6)`;

const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now`;

/**
 * Seals what has been written: the heads of all streams below the oldest transaction that may still write. It waits for no writer, and none
 * waits for it. A transaction that writes holds back what the feed shows, so all that takes long is done in one that only reads: below the
 * boundary nothing changes any more, so what is written afterwards, in a short one, is what was computed.
 */
export async function sealCheckpoint({ pool, digest, key, evenIfUnchanged }: SealOptions): Promise<Sealed | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(LOCK);
    const sealed = await sealNext(client, digest, key, evenIfUnchanged === true);
    await client.query(UNLOCK);
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
  await client.query('BEGIN READ ONLY');
  const last = await readLastCheckpoint(client);
  const { epoch, boundary } = await readEpoch(client);
  const since = last?.checkpoint.epoch === epoch ? String(last.checkpoint.boundary) : undefined;
  const range = { checkpointId: (last?.checkpoint.id ?? 0n) + 1n, boundary, since };
  const parts = await sealCompanies(client, digest, range);
  const { rows } = await client.query<{ now: string }>(CLOCK);
  await client.query('COMMIT');
  if (parts.changed.length === 0 && !(always && last !== undefined)) {
    return last === undefined ? undefined : { sealed: false, stored: last };
  }
  const checkpoint = checkpointOf(digest, parts, {
    id: range.checkpointId,
    epoch,
    boundary: BigInt(boundary),
    sealedAt: instant(Number(rows[0]?.now)),
    previous: last === undefined ? NO_CHECKPOINT : hex(checkpointHash(digest, last.body)),
    keyId: key.publicKey.id,
  });
  const body = encodeCheckpoint(checkpoint);
  const stored = { checkpoint, body, signature: key.sign(body), publicKey: key.publicKey.bytes };
  await write(client, range, parts, stored);
  return { sealed: true, stored };
}

type Circumstances = Pick<Checkpoint, 'id' | 'epoch' | 'boundary' | 'sealedAt' | 'previous' | 'keyId'>;

function checkpointOf(
  digest: ChainDigest,
  { companies, changes }: SealedCompanies,
  { id, epoch, boundary, sealedAt, previous, keyId }: Circumstances,
): Checkpoint {
  const roots = companies.map(({ root }) => root);
  return {
    schemaVersion: CHECKPOINT_SCHEMA_VERSION,
    id,
    epoch,
    boundary,
    sealedAt,
    previous,
    root: hex(ledgerRoot(digest, roots)),
    companies: BigInt(companies.length),
    streams: companies.reduce((sum, { streams }) => sum + streams, 0n),
    events: companies.reduce((sum, { events }) => sum + events, 0n),
    changes: hex(changes.hash()),
    changedStreams: changes.count,
    keyId,
  };
}

/** @throws Error where the database has other heads below the boundary than those that were computed: nothing is sealed then. */
async function write(
  client: pg.ClientBase,
  range: HeadRange,
  { changed }: SealedCompanies,
  { checkpoint, body, signature, publicKey }: StoredCheckpoint,
): Promise<void> {
  const { id, sealedAt, root, changedStreams } = checkpoint;
  await client.query('BEGIN');
  const written = changedStreams === 0n ? 0n : await writeChangedHeads(client, range);
  if (written !== changedStreams) {
    throw new Error(`Checkpoint ${id} was computed over ${changedStreams} heads, and there are ${written} now.`);
  }
  await writeCompanies(client, id, changed);
  await client.query(INSERT_CHECKPOINT, [String(id), formatInstant(sealedAt), root, body, signature, publicKey]);
  await client.query('COMMIT');
}
