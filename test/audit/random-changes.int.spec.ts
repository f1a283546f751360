import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom, type SeededRandom } from '../support/ledger/seeded-random.js';
import { openAuditedLedger, type AuditedLedger } from './audited-ledger.js';

/** `npm run prove:tampering` makes a thousand. */
const CHANGES = Number(process.env['HOLDFAST_TEST_CHANGES'] ?? 60);
const SEED = Number(process.env['HOLDFAST_TEST_SEED'] ?? 20_261_122);

/** Every column that is hashed, or a copy of what is; as text, so that one byte of it can be another. */
const COLUMNS: Readonly<Record<string, string>> = {
  company_id: 'int',
  wallet_id: 'uuid',
  version: 'bigint',
  event_id: 'uuid',
  redemption_id: 'uuid',
  type: 'text',
  occurred_at: 'timestamptz',
  body: 'text',
  hash: 'bytea',
  available_after: 'bigint',
  reserved_after: 'bigint',
  burned_after: 'bigint',
  points_delta: 'bigint',
};

/** A class of SQLSTATE 22 or 23: the column takes no such value, so nobody could have written it there. */
const IMPOSSIBLE = /^2[23]/;

const DIGITS = '0123456789abcdef';

interface Change {
  readonly column: string;
  readonly position: string;
  readonly before: string;
  readonly after: string;
}

describe(`${CHANGES} changes of one byte in a hashed column`, () => {
  let ledger: AuditedLedger;
  let positions: readonly string[];

  beforeAll(async () => {
    ledger = await openAuditedLedger();
    await ledger.client.query(`SET timezone = 'UTC'`);
    const { rows } = await ledger.client.query<{ position: string }>(`SELECT position FROM event ORDER BY position`);
    positions = rows.map(({ position }) => position);
  });
  afterAll(() => ledger.drop());

  async function changeOne(random: SeededRandom, column: string): Promise<Change | undefined> {
    const position = random.pick(positions);
    const { rows } = await ledger.client.query<{ value: string | null }>(
      `SELECT ${column}::text AS value FROM event WHERE position = $1`,
      [position],
    );
    const before = rows[0]?.value ?? '';
    if (before === '') return undefined;
    const at = random.below(before.length);
    // Half of them characters that numbers, ids and hashes are made of: the others, such a column would hardly ever take.
    const byte = random.below(2) === 0 ? random.pick([...DIGITS]) : String.fromCharCode(0x20 + random.below(0x5f));
    const after = before.slice(0, at) + byte + before.slice(at + 1);
    try {
      const changed = await ledger.client.query(
        `UPDATE event SET ${column} = $1::text::${COLUMNS[column]} WHERE position = $2 AND ${column}::text IS DISTINCT FROM $1::text::${COLUMNS[column]}::text`,
        [after, position],
      );
      return changed.rowCount === 0 ? undefined : { column, position, before, after };
    } catch (error) {
      if (IMPOSSIBLE.test((error as { readonly code: string }).code)) return undefined;
      throw error;
    }
  }

  it(
    'are all found',
    async () => {
      const random = seededRandom(SEED);
      const missed: Change[] = [];
      const columns = Object.keys(COLUMNS);
      let made = 0;
      while (made < CHANGES) {
        const change = await changeOne(random, columns[made % columns.length] as string);
        if (change === undefined) continue;
        made += 1;
        const { findings } = await ledger.audit();
        if (findings.length === 0) missed.push(change);
        await ledger.restore();
      }
      expect(missed).toEqual([]);
      expect(await ledger.audit()).toMatchObject({ findingsTotal: 0 });
    },
    60_000 + CHANGES * 2_000,
  );
});
