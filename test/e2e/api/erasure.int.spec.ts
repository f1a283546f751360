import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readTables } from '../operations/stored-texts.js';
import { findingsIn } from '../../support/ledger/stored-ledger.js';
import { ApiRig, LOYALTY, type Tenant } from './api-rig.js';

const secrets = {
  name: 'Canary Yellowfinch',
  email: 'canary.customer@example.com',
  phoneNumber: '+49 30 0canary0 4711',
  posAccountId: 'canary-pos-account',
  document: 'canary-document',
  tier: 'canary-tier',
  tag: 'canary-tag',
  note: 'canary-note',
  metadata: 'canary-metadata',
  reason: 'canary-reason',
  key: 'canary-idempotency-key',
  earnKey: 'canary-earn-key',
};
const { tag, note, metadata, reason, key, earnKey, ...person } = secrets;
const customer = 'customer-1';

describe('Erasing personal data', () => {
  let rig: ApiRig;
  let shop: Tenant;
  let redeemed: { readonly id: string; readonly voucherCode: string | null };

  beforeAll(async () => {
    rig = await ApiRig.open();
    await rig.startWorker();
    shop = await rig.tenant();
    await rig.send('PUT', `${LOYALTY}/customers/${customer}`, { key: shop.key, body: { ...person, tags: [tag] } });
    await rig.earn(shop, customer, 1_000, { note, metadata: { metadata }, idempotencyKey: earnKey });
    await rig.earn(shop, 'customer-2', 1_000, { note: 'stays' });
    redeemed = (await redeem()).body.data.redemption;
    const held = await rig.redeem(shop, customer, { delayPointsDeduction: true });
    const path = `${LOYALTY}/redemptions/${held.body.data.redemption.id}/release`;
    expect((await rig.send('POST', path, { key: shop.key, body: { reason } })).status).toBe(200);
  });
  afterAll(() => rig.close());

  const redeem = () => rig.redeem(shop, customer, { idempotencyKey: key, metadata: { metadata } });
  const erase = (id: string, apiKey = shop.key) =>
    rig.send('DELETE', `${LOYALTY}/customers/${id}/personal-data`, { key: apiKey });

  /** Which of the secrets stand anywhere in the database, and the salts of the texts of the first customer. */
  async function leftovers(): Promise<{ secrets: readonly string[]; salts: number }> {
    const dump = await readTables(rig.engine.config.database.url.reveal(), 'public');
    const { rows } = await rig.pool.query<{ salts: number }>(
      `SELECT count(*)::int AS salts FROM private_text t JOIN customer c USING (company_id, wallet_id)
        WHERE c.id = $1 AND length(t.salt) > 0`,
      [customer],
    );
    return { secrets: Object.values(secrets).filter((secret) => dump.includes(secret)), salts: rows[0]?.salts ?? 0 };
  }

  it('begins with all of it in the database', async () => {
    expect(await leftovers()).toEqual({ secrets: Object.values(secrets), salts: 3 });
  });

  it('leaves none of it in any table, and is as good when it is repeated', async () => {
    for (let times = 0; times < 2; times++) {
      expect((await erase(customer)).status).toBe(204);
      expect(await leftovers()).toEqual({ secrets: [], salts: 0 });
    }
  });

  it('leaves the ledger whole: bytes, hashes and projections', async () => {
    expect(await findingsIn(rig.pool)).toEqual([]);
  });

  it('leaves other customers alone', async () => {
    expect((await rig.history(shop, 'customer-2')).data[0]).toMatchObject({ note: 'stays' });
  });

  it('leaves a history whose entries have an empty key and nobody’s words', async () => {
    const { data } = await rig.history(shop, customer, '?limit=100');
    expect(data).toHaveLength(5);
    for (const { idempotencyKey, note: said, metadata: told } of data) {
      expect([said, told]).toEqual([null, null]);
      expect([idempotencyKey, key]).not.toEqual([key, key]);
    }
    expect(data.filter(({ idempotencyKey }) => idempotencyKey === '')).not.toHaveLength(0);
  });

  it('goes on answering: the same key is repeated with the same voucher, and points are redeemed', async () => {
    const again = await redeem();
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.data.redemption).toMatchObject({ id: redeemed.id, voucherCode: redeemed.voucherCode });
    expect((await rig.redeem(shop, customer, {})).status).toBe(200);
  });

  it('knows no customer of another company, and none that is not there', async () => {
    const other = await rig.tenant();
    expect((await erase(customer, other.key)).status).toBe(404);
    expect((await erase('nobody')).status).toBe(404);
  });
});
