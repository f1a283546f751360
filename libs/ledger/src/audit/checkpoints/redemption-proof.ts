import {
  bucketOf,
  genesisHash,
  headHash,
  invariant,
  merklePath,
  type ChainDigest,
  type PathStep,
  type SealedHead,
} from '#domain';
import type pg from 'pg';
import { hex } from '../../columns.js';
import { readBucketRoots, readCompanySeals } from './company-roots.js';
import { readHeads } from './sealed-heads.js';
import { readCheckpoint, shownCheckpoint, type ShownCheckpoint } from './stored-checkpoint.js';

/**
 * That a redemption's events stand in the ledger that a checkpoint sealed. `scripts/verify-proof.mjs` checks it with nothing of ours:
 * the events' bytes, chained behind `previousHash`, give the head's hash; the head and the path give the root in the signed body.
 */
export interface RedemptionProof {
  readonly format: 'holdfast-proof/1';
  readonly companyId: number;
  readonly walletId: string;
  readonly redemptionId: string;
  /** The hash of the event before the first one below; 64 hexadecimal digits, as all hashes here. */
  readonly previousHash: string;
  /** The stored bytes of the wallet's events, from the redemption's first to the sealed head; other redemptions' among them. */
  readonly events: readonly string[];
  readonly head: { readonly version: string; readonly hash: string };
  /** From the head's leaf to the root, the lowest first. */
  readonly path: readonly { readonly side: PathStep['side']; readonly hash: string }[];
  readonly checkpoint: ShownCheckpoint;
}

/** Where a redemption's events lie. */
export interface RedemptionPlace {
  readonly companyId: number;
  readonly walletId: string;
  readonly redemptionId: string;
  readonly firstVersion: bigint;
  readonly lastVersion: bigint;
}

/** The first checkpoint that has all of the redemption's events: it needs the fewest others'. By primary key, oldest first. */
const FIND_HEAD = `
  SELECT checkpoint_id::text AS "checkpointId", version::text, encode(hash, 'hex') AS hash FROM checkpoint_head
  WHERE company_id = $1 AND bucket = $2 AND wallet_id = $3 AND version >= $4
    AND checkpoint_id <= (SELECT max(id) FROM checkpoint)
  ORDER BY checkpoint_id LIMIT 1`;

/** By the column itself, not by the text that is selected, in which 10 comes before 9. */
const READ_BYTES = `
  SELECT e.version::text, e.body, encode(e.hash, 'hex') AS hash FROM event e
  WHERE e.company_id = $1 AND e.wallet_id = $2 AND e.version BETWEEN $3 AND $4 ORDER BY e.version`;

/** Undefined while the redemption's newest event is not sealed. */
export async function proveRedemption(
  pool: pg.Pool,
  digest: ChainDigest,
  place: RedemptionPlace,
): Promise<RedemptionProof | undefined> {
  const { companyId, walletId, redemptionId, firstVersion } = place;
  const { rows: found } = await pool.query<{ checkpointId: string; version: string; hash: string }>(FIND_HEAD, [
    companyId,
    bucketOf(walletId),
    walletId,
    String(place.lastVersion),
  ]);
  const head = found[0];
  if (head === undefined) return undefined;
  const checkpointId = BigInt(head.checkpointId);
  const [stored, path, events] = [
    await readCheckpoint(pool, checkpointId),
    await pathOf(pool, digest, checkpointId, { ...head, companyId, walletId, version: BigInt(head.version) }),
    await readEvents(pool, companyId, walletId, firstVersion - 1n, head.version),
  ];
  invariant(stored !== undefined, 'a head is sealed by a checkpoint that is there');
  const [before, ...rest] = firstVersion === 1n ? [undefined, ...events] : events;
  return {
    format: 'holdfast-proof/1',
    companyId,
    walletId,
    redemptionId,
    previousHash: before?.hash ?? hex(genesisHash(digest, companyId, walletId)),
    events: rest.map((event) => (event as StoredBytes).body),
    head: { version: head.version, hash: head.hash },
    path: path.map(({ side, hash }) => ({ side, hash: hex(hash) })),
    checkpoint: shownCheckpoint(stored),
  };
}

interface StoredBytes {
  readonly version: string;
  readonly body: string;
  readonly hash: string;
}

async function readEvents(
  pool: pg.Pool,
  companyId: number,
  walletId: string,
  from: bigint,
  to: string,
): Promise<readonly StoredBytes[]> {
  return (await pool.query<StoredBytes>(READ_BYTES, [companyId, walletId, String(from), to])).rows;
}

/** Up through its bucket, its company's buckets and the companies. */
async function pathOf(
  pool: pg.Pool,
  digest: ChainDigest,
  checkpointId: bigint,
  { companyId, walletId }: SealedHead,
): Promise<readonly PathStep[]> {
  const bucket = bucketOf(walletId);
  const heads = await readHeads(pool, { companyId, buckets: [bucket], checkpointId });
  const bucketRoots = (await readBucketRoots(pool, companyId, checkpointId)) ?? [];
  const companies = await readCompanySeals(pool, checkpointId);
  const leaves = heads.map((one) => headHash(digest, one));
  const inBucket = heads.findIndex((one) => one.walletId === walletId);
  const inLedger = companies.findIndex((one) => one.companyId === companyId);
  const companyRoots = companies.map(({ root }) => root);
  return [
    ...merklePath(digest, leaves, inBucket),
    ...merklePath(digest, bucketRoots, bucket),
    ...merklePath(digest, companyRoots, inLedger),
  ];
}
