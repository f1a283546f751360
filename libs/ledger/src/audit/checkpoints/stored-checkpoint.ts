import { decodeCheckpoint, type Checkpoint } from '#domain';
import type pg from 'pg';

/** A checkpoint as it is kept and handed on: the bytes that were signed, and what proves who signed them. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly body: string;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What leaves the house of a checkpoint: plain JSON. */
export interface ShownCheckpoint {
  /** The signed bytes, exactly as signed. */
  readonly body: string;
  /** Base64, 64 bytes: Ed25519 over the body's UTF-8. */
  readonly signature: string;
  /** Base64, 32 bytes. Trust it only where you know it from elsewhere. */
  readonly publicKey: string;
}

const READ_LAST = `SELECT body, signature, public_key FROM checkpoint ORDER BY id DESC LIMIT 1`;
const READ_ONE = `SELECT body, signature, public_key FROM checkpoint WHERE id = $1`;
const LIST = `SELECT body, signature, public_key FROM checkpoint WHERE id < $1 ORDER BY id DESC LIMIT $2`;

interface Row {
  readonly body: string;
  readonly signature: Buffer;
  readonly public_key: Buffer;
}

type Db = pg.ClientBase | pg.Pool;

export async function readLastCheckpoint(db: Db): Promise<StoredCheckpoint | undefined> {
  return (await read(db, READ_LAST, []))[0];
}

export async function readCheckpoint(db: Db, id: bigint): Promise<StoredCheckpoint | undefined> {
  return (await read(db, READ_ONE, [String(id)]))[0];
}

/** The newest first, those below `before`. */
export async function listCheckpoints(
  db: Db,
  { before, limit }: { readonly before: bigint; readonly limit: number },
): Promise<readonly StoredCheckpoint[]> {
  return read(db, LIST, [String(before), limit]);
}

export function shownCheckpoint({ body, signature, publicKey }: StoredCheckpoint): ShownCheckpoint {
  return { body, signature: base64(signature), publicKey: base64(publicKey) };
}

async function read(db: Db, text: string, values: unknown[]): Promise<readonly StoredCheckpoint[]> {
  const { rows } = await (db as pg.Pool).query<Row>(text, values);
  return rows.map(({ body, signature, public_key: publicKey }) => ({
    checkpoint: decodeCheckpoint(body),
    body,
    signature,
    publicKey,
  }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
