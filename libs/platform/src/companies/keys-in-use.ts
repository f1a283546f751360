import type pg from 'pg';
import type { KeyRing } from '../crypto/index.js';
import { StartRefusedError } from '../database/index.js';

/** Plan: the whole table, which has a row for each key there ever was. */
const READ = `SELECT id FROM encryption_key ORDER BY id`;
const NOTE = `INSERT INTO encryption_key (id) VALUES ($1) ON CONFLICT DO NOTHING`;

/** A start would leave codes that nobody could read. The message is one line for a person. */
export class MissingKeyError extends StartRefusedError {
  override readonly name = 'MissingKeyError';
}

/**
 * Notes the key that this process will seal under, and makes sure that it has every key that any process ever noted: codes and secrets
 * sealed under one that is gone could not be read again. To be called before anything is sealed. A key counts as used from then on.
 *
 * @throws MissingKeyError
 */
export async function holdKeysInUse(client: Pick<pg.ClientBase, 'query'>, ring: KeyRing): Promise<void> {
  const { rows } = await client.query<{ id: string }>(READ);
  const used = rows.map(({ id }) => id);
  const missing = ring.missing(used).map((id) => `"${id}"`);
  if (missing.length > 0) {
    throw new MissingKeyError(
      `ENCRYPTION_KEY lacks ${missing.join(', ')}: voucher codes in this database can't be read without. Put it back, at the end of the list.`,
    );
  }
  if (!used.includes(ring.primaryId)) await client.query(NOTE, [ring.primaryId]);
}
