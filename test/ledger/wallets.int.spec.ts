import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { openRig, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

const origin = { actor: { kind: 'system', id: 'test' }, traceId: undefined } as const;

describe('Opening wallets', () => {
  let db: TestDatabase;
  let rigs: readonly LedgerRig[];

  beforeAll(async () => {
    db = await createTestDatabase();
    rigs = [openRig(db.connectionString), openRig(db.connectionString)];
  });

  afterAll(async () => {
    await Promise.all(rigs.map((rig) => rig.stop()));
    await db.drop();
  });

  it('opens one wallet for 50 simultaneous calls about a new customer, and tells all of them its id', async () => {
    for (let round = 0; round < 5; round++) {
      const customer = `new-${round}`;
      const opened = await Promise.all(
        Array.from({ length: 50 }, (_, i) => rigs[i % 2]!.wallets.open(1, customer, origin)),
      );

      expect(new Set(opened.map(({ walletId }) => walletId)).size).toBe(1);
      expect(opened.filter(({ created }) => created)).toHaveLength(1);
      const { rows } = await rigs[0]!.pool.query(
        `SELECT c.wallet_id, w.version, e.type FROM customer c JOIN wallet w ON w.company_id = c.company_id
           AND w.customer_id = c.id JOIN event e ON e.company_id = w.company_id AND e.wallet_id = w.id
         WHERE c.company_id = 1 AND c.id = $1`,
        [customer],
      );
      expect(rows).toEqual([{ wallet_id: opened[0]!.walletId, version: '1', type: 'WalletOpened' }]);
    }
    expect(await findingsIn(rigs[0]!.pool)).toEqual([]);
  });

  it('gives customers of the same id in two companies wallets of their own', async () => {
    const [one, other] = await Promise.all([1, 2].map((company) => rigs[0]!.wallets.open(company, 'same', origin)));
    expect(one!.walletId).not.toBe(other!.walletId);
    expect(await rigs[0]!.wallets.walletIdOf(2, 'same')).toBe(other!.walletId);
    expect(await rigs[0]!.wallets.walletIdOf(3, 'same')).toBeUndefined();
  });
});
