import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CustomerIdentifiers } from '#ledger';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { openRig, type LedgerRig } from '../support/ledger/ledger-rig.js';

let database: TestDatabase;
let rig: LedgerRig;

beforeAll(async () => {
  database = await createTestDatabase();
  rig = openRig(database.connectionString);
  for (const companyId of [1, 2]) {
    await customer(companyId, 'anna', ['Anna@Example.com', '+14155552671', 'till-7', '529.982.247-25']);
  }
  await customer(1, 'bert', ['family@example.com', '+14155552672', null, '12.ABC.345/01DE-35']);
  await customer(1, 'cleo', ['FAMILY@example.com', null, null, null]);
});
afterAll(async () => {
  await rig.stop();
  await database.drop();
});

async function customer(companyId: number, id: string, known: readonly (string | null)[]): Promise<void> {
  await rig.walletWith(companyId, id, 0n);
  await rig.pool.query(
    `UPDATE customer SET email = $3, phone_number = $4, pos_account_id = $5, document = $6 WHERE company_id = $1 AND id = $2`,
    [companyId, id, ...known],
  );
}

async function found(identifiers: CustomerIdentifiers, companyId = 1): Promise<string> {
  const search = await rig.customers.find(companyId, identifiers);
  return search.kind === 'found' ? search.customer.customerId : search.kind;
}

describe('A customer', () => {
  it('is found by each identifier, an e-mail in any case and a document with or without punctuation', async () => {
    expect(await found({ id: 'anna' })).toBe('anna');
    expect(await found({ email: 'aNNa@example.COM' })).toBe('anna');
    expect(await found({ phoneNumber: '+14155552671' })).toBe('anna');
    expect(await found({ posAccountId: 'till-7' })).toBe('anna');
    expect(await found({ document: '52998224725' })).toBe('anna');
    expect(await found({ document: '12abc34501de35' })).toBe('bert');
  });

  it('is not found by what is not exact, nor in another company', async () => {
    expect(await found({ phoneNumber: '14155552671' })).toBe('unknown');
    expect(await found({ email: 'anna@example' })).toBe('unknown');
    expect(await found({ posAccountId: 'TILL-7' })).toBe('unknown');
    expect(await found({ id: 'bert' }, 2)).toBe('unknown');
    const search = await rig.customers.find(2, { email: 'anna@example.com' });
    expect(search).toMatchObject({ kind: 'found', customer: { walletId: await rig.wallets.walletIdOf(2, 'anna') } });
  });

  it('is not guessed: identifiers must agree, and one that several have needs another beside it', async () => {
    expect(await found({ id: 'anna', email: 'anna@example.com', phoneNumber: '+14155552671' })).toBe('anna');
    expect(await found({ id: 'anna', email: 'family@example.com' })).toBe('disagreeing');
    expect(await found({ id: 'anna', email: 'nobody@example.com' })).toBe('disagreeing');
    expect(await found({ email: 'family@example.com' })).toBe('ambiguous');
    expect(await found({ email: 'family@example.com', id: 'cleo' })).toBe('cleo');
  });

  it('is found among many questions at once', async () => {
    const asked = await Promise.all(
      Array.from({ length: 60 }, (_, i) => found(i % 2 === 0 ? { email: 'anna@example.com' } : { id: 'bert' })),
    );
    expect(asked.filter((id) => id === 'anna')).toHaveLength(30);
    expect(asked.filter((id) => id === 'bert')).toHaveLength(30);
  });

  it('is looked for through indexes alone', async () => {
    const { rows } = await rig.pool.query<Record<string, string>>(
      `EXPLAIN SELECT id FROM customer WHERE company_id = 1 AND document_key(document) = document_key('52998224725')`,
    );
    expect(JSON.stringify(rows)).toContain('customer_document');
    const byEmail = await rig.pool.query(
      `EXPLAIN SELECT id FROM customer WHERE company_id = 1 AND lower(email) = lower('a@example.com')`,
    );
    expect(JSON.stringify(byEmail.rows)).toContain('customer_email');
  });
});

describe('A dialect’s integer id', () => {
  it('is drawn once, also by many at the same time, and the sequence’s last is the last', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, () => rig.dialectIds.draw('yotpo')));
    expect(new Set(ids).size).toBe(120);
    await rig.pool.query(`SELECT setval('bonifiq_point_id', 2147483647 - 50)`);
    const last = await Promise.all(Array.from({ length: 51 }, () => rig.dialectIds.draw('bonifiq')));
    expect(last.at(-2)).toBe(2_147_483_647n);
    expect(last.at(-1)).toBeUndefined();
  });
});
