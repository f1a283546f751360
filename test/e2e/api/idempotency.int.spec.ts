import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig, type Tenant } from './api-rig.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  shop = await rig.tenant();
});
afterAll(() => rig.close());

describe('Idempotency › redeem', () => {
  it('fifty simultaneous requests with one key make one redemption and get fifty equal answers', async () => {
    await rig.earn(shop, 'fifty', 10_000);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => rig.redeem(shop, 'fifty', { idempotencyKey: 'one-key' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(49);
    expect((await rig.redemptions(shop, 'fifty')).data).toHaveLength(1);
    expect(await rig.wallet(shop, 'fifty')).toMatchObject({ availablePoints: '9900', lifetimeBurnedPoints: '100' });
  });

  it('the header means the same as the field in the body', async () => {
    await rig.earn(shop, 'header', 500);
    const first = await rig.redeem(shop, 'header', {}, { 'idempotency-key': 'k1' });
    const again = await rig.redeem(shop, 'header', { idempotencyKey: 'k1' });
    const both = await rig.redeem(shop, 'header', { idempotencyKey: 'k1' }, { 'idempotency-key': 'k1' });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect([again, both].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual(['true', 'true']);
    expect([again.body, both.body]).toEqual([first.body, first.body]);
  });

  it('a key that differs between header and body is refused', async () => {
    const answer = await rig.redeem(shop, 'header', { idempotencyKey: 'a' }, { 'idempotency-key': 'b' });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
  });

  it('the order of metadata and Prefer do not make another command; a changed field does', async () => {
    await rig.earn(shop, 'same', 500);
    const first = await rig.redeem(shop, 'same', { idempotencyKey: 'k', metadata: { a: 1, b: { c: 2, d: 3 } } });
    const again = await rig.redeem(
      shop,
      'same',
      { metadata: { b: { d: 3, c: 2 }, a: 1 }, idempotencyKey: 'k' },
      { prefer: 'wait=5' },
    );
    expect(again.body).toEqual(first.body);
    const changes = [
      { pointsCost: 101 },
      { rewardName: 'Eleven off' },
      { rewardOptionId: 'ro_2' },
      { metadata: { a: 2 } },
      { delayPointsDeduction: true },
      { reserveTtlSeconds: 9 },
      { voucherProvider: 'generated' },
      { voucherCode: 'MINE' },
    ];
    for (const change of changes) {
      const reused = await rig.redeem(shop, 'same', {
        idempotencyKey: 'k',
        metadata: { a: 1, b: { c: 2, d: 3 } },
        ...change,
      });
      expect([change, reused.status, reused.body.error.code]).toEqual([change, 422, 'IDEMPOTENCY_KEY_REUSED']);
    }
  });

  it('the key of one customer is not another one’s, and two companies may use the same', async () => {
    await rig.earn(shop, 'anna', 500);
    await rig.earn(shop, 'ben', 500);
    const other = await rig.tenant('Other');
    await rig.earn(other, 'anna', 500);
    expect((await rig.redeem(shop, 'anna', { idempotencyKey: 'shared' })).status).toBe(200);
    expect((await rig.redeem(shop, 'ben', { idempotencyKey: 'shared' })).body.error.code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    const elsewhere = await rig.redeem(other, 'anna', { idempotencyKey: 'shared' });
    expect([elsewhere.status, elsewhere.headers.get('idempotency-replayed')]).toEqual([200, null]);
  });

  it('a repeat keeps the status of the first settled outcome for ever, and shows the redemption as it now stands', async () => {
    await rig.earn(shop, 'later', 100);
    const refused = await rig.redeem(shop, 'later', { idempotencyKey: 'too-much', pointsCost: 150 });
    expect(refused.status).toBe(422);
    await rig.earn(shop, 'later', 1_000);
    const stillRefused = await rig.redeem(shop, 'later', { idempotencyKey: 'too-much', pointsCost: 150 });
    expect([stillRefused.status, stillRefused.body.error.code]).toEqual([422, 'INSUFFICIENT_POINTS']);

    const granted = await rig.redeem(shop, 'later', { idempotencyKey: 'fine' });
    const reversed = await rig.act(shop, granted.body.data.redemption.id, 'reverse');
    expect([reversed.status, reversed.body.data.redemption.engineStatus]).toEqual([200, 'reversed']);
    const repeat = await rig.redeem(shop, 'later', { idempotencyKey: 'fine' });
    expect([repeat.status, repeat.body.data.redemption.status]).toEqual([200, 'released']);
    expect(repeat.headers.get('idempotency-replayed')).toBe('true');
  });

  it('a key that was made by the server is told, and works', async () => {
    await rig.earn(shop, 'made', 500);
    const first = await rig.redeem(shop, 'made');
    const { idempotencyKey, redemption, ledger } = first.body.data;
    expect(idempotencyKey).toBe(redemption.id);
    expect([redemption.idempotencyKey, ledger?.idempotencyKey]).toEqual([idempotencyKey, idempotencyKey]);
    const again = await rig.redeem(shop, 'made', { idempotencyKey });
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', first.body]);
  });

  it('a request that was refused before the ledger may be corrected under the same key', async () => {
    await rig.earn(shop, 'corrected', 500);
    const wrong = await rig.redeem(shop, 'corrected', { idempotencyKey: 'fix', voucherProvider: 'nobody' });
    expect([wrong.status, wrong.body.error.code]).toEqual([422, 'UNKNOWN_VOUCHER_PROVIDER']);
    expect((await rig.redeem(shop, 'corrected', { idempotencyKey: 'fix' })).status).toBe(200);
  });
});

describe('Idempotency › points', () => {
  it('a repeated earn answers the first entry and adds nothing', async () => {
    const first = await rig.earn(shop, 'earner', 300, { idempotencyKey: 'e1', note: 'Welcome' });
    await rig.earn(shop, 'earner', 50);
    const again = await rig.earn(shop, 'earner', 300, { idempotencyKey: 'e1', note: 'Welcome' });
    expect(again.status).toBe(200);
    expect(again.body.data.ledger).toEqual(first.body.data.ledger);
    expect(again.body.data.ledger).toMatchObject({
      entryType: 'earn',
      pointsDelta: '300',
      note: 'Welcome',
      idempotencyKey: 'e1',
    });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await rig.wallet(shop, 'earner')).availablePoints).toBe('350');
    expect((await rig.earn(shop, 'earner', 301, { idempotencyKey: 'e1', note: 'Welcome' })).status).toBe(422);
  });

  it('twenty simultaneous first earns make one customer and every point', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => rig.earn(shop, 'crowd', 10)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await rig.wallet(shop, 'crowd')).availablePoints).toBe('200');
  });
});
