import { chainHash, type ChainDigest } from '../event/hash-chain.js';
import {
  MalformedRecord,
  moment,
  points,
  record,
  smallInteger,
  text,
  token,
  type Json,
  type ValueOf,
  readWithin,
} from '../event/field.js';

/**
 * What is signed. Counts and numbers are decimal strings, hashes 64 hexadecimal digits.
 *
 * - `id`: 1, 2, 3 … without a gap; `previous` is the hash of the checkpoint before, of the first one 64 zeros.
 * - `epoch` and `boundary`: the checkpoint covers every event of a transaction below `boundary`, as ids were in `epoch`.
 * - `root`: over the heads of all streams (head-tree.ts); `streams` and `events` are how many there are below it.
 * - `changes`: which heads had changed since the checkpoint before (`HeadChain`); `changedStreams` is how many.
 */
const checkpointFields = record({
  schemaVersion: smallInteger,
  id: points,
  epoch: text,
  boundary: points,
  sealedAt: moment,
  previous: token,
  root: token,
  companies: points,
  streams: points,
  events: points,
  changes: token,
  changedStreams: points,
  keyId: token,
});
export type Checkpoint = ValueOf<typeof checkpointFields>;

export const CHECKPOINT_SCHEMA_VERSION = 1;

/** `previous` of the first checkpoint. */
export const NO_CHECKPOINT = '0'.repeat(64);

/** The bytes that are signed and chained: canonical JSON (RFC 8785). */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  return checkpointFields.write(checkpoint);
}

/** @throws MalformedRecord */
export function decodeCheckpoint(bytes: string): Checkpoint {
  let json: Json;
  try {
    json = JSON.parse(bytes) as Json;
  } catch {
    throw new MalformedRecord('checkpoint should be JSON');
  }
  return readWithin(checkpointFields, json, 'checkpoint');
}

/** What the next checkpoint names as `previous`: SHA-256 of the bytes. */
export function checkpointHash(digest: ChainDigest, bytes: string): Uint8Array {
  return chainHash(digest, new Uint8Array(0), bytes);
}
