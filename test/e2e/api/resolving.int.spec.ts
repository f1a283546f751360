import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { ApiRig, LOYALTY, type Answer, type RedeemedBody, type Tenant } from './api-rig.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '5000' });
  await rig.startWorker();
  shop = await rig.tenant();
});
afterAll(() => rig.close());

async function held(customerId: string, more: object = {}): Promise<string> {
  await rig.earn(shop, customerId, 1_000);
  const answer = await rig.redeem(shop, customerId, { delayPointsDeduction: true, ...more });
  expect(answer.body.data.redemption.engineStatus).toBe('reserved');
  return answer.body.data.redemption.id;
}

function told(answer: Answer<RedeemedBody>): [number, string] {
  return [answer.status, answer.status < 300 ? answer.body.data.redemption.engineStatus : answer.body.error.code];
}

describe('A held redemption', () => {
  it('is committed in part; the rest of the hold goes back', async () => {
    const id = await held('part');
    const answer = await rig.act(shop, id, 'commit', { points: 60, orderId: 'O-1', idempotencyKey: 'c1' });
    expect(told(answer)).toEqual([200, 'committed']);
    expect(answer.body.data.redemption).toMatchObject({
      pointsReserved: '100',
      pointsCommitted: '60',
      idempotencyKey: id,
    });
    expect(answer.body.data.ledger).toMatchObject({ entryType: 'commit', pointsDelta: '40' });
    expect(answer.body.data.idempotencyKey).toBe('c1');
    const again = await rig.act(shop, id, 'commit', { points: 60, orderId: 'O-1', idempotencyKey: 'c1' });
    expect([again.headers.get('idempotency-replayed'), again.status]).toEqual(['true', 200]);
    expect(told(await rig.act(shop, id, 'commit', { points: 60, idempotencyKey: 'c2' }))).toEqual([
      409,
      'ALREADY_COMMITTED',
    ]);
    expect(told(await rig.act(shop, id, 'commit'))).toEqual([200, 'committed']);
    expect(await rig.wallet(shop, 'part')).toMatchObject({
      availablePoints: '940',
      reservedPoints: '0',
      lifetimeBurnedPoints: '60',
    });
  });

  it('takes no commit of more than it holds', async () => {
    const id = await held('more');
    expect(told(await rig.act(shop, id, 'commit', { points: 101 }))).toEqual([422, 'POINTS_EXCEED_HOLD']);
  });

  it('is released: the voucher is voided and the points are back, once', async () => {
    const id = await held('back');
    const answer = await rig.act(shop, id, 'release', { reason: 'Changed her mind' });
    expect(told(answer)).toEqual([200, 'released']);
    expect(answer.body.data.redemption).toMatchObject({ status: 'released', failureReason: 'cancelled' });
    expect(told(await rig.act(shop, id, 'release'))).toEqual([200, 'released']);
    expect(told(await rig.act(shop, id, 'commit'))).toEqual([409, 'ALREADY_RELEASED']);
    expect((await rig.wallet(shop, 'back')).availablePoints).toBe('1000');
  });

  it('may be released without a body and without waiting', async () => {
    const id = await held('async');
    const answer = await rig.send('POST', `${LOYALTY}/redemptions/${id}/release`, {
      key: shop.key,
      headers: { prefer: 'respond-async' },
    });
    expect([200, 202]).toContain(answer.status);
    if (answer.status === 202) expect(answer.headers.get('location')).toBe(`${LOYALTY}/redemptions/${id}`);
    expect(told(await rig.act(shop, id, 'release'))).toEqual([200, 'released']);
  });

  it('cannot be reversed', async () => {
    expect(told(await rig.act(shop, await held('not-yet'), 'reverse'))).toEqual([409, 'NOT_COMMITTED']);
  });

  it('ends by itself when its time is over', async () => {
    const id = await held('over', { reserveTtlSeconds: 1 });
    await until(async () => (await rig.story(shop, id)).status === 'expired');
    expect((await rig.wallet(shop, 'over')).availablePoints).toBe('1000');
    expect(told(await rig.act(shop, id, 'commit'))).toEqual([409, 'HOLD_EXPIRED']);
  });
});

describe('A committed redemption', () => {
  it('is reversed as a whole while its voucher is unused', async () => {
    await rig.earn(shop, 'whole', 500);
    const { id } = (await rig.redeem(shop, 'whole')).body.data.redemption;
    expect(told(await rig.act(shop, id, 'reverse', { points: 10, idempotencyKey: 'p' }))).toEqual([
      409,
      'VOUCHER_NOT_USED',
    ]);
    const answer = await rig.act(shop, id, 'reverse', { reason: 'Wrong till' });
    expect(told(answer)).toEqual([200, 'reversed']);
    expect(answer.body.data.ledger).toMatchObject({ entryType: 'refund', pointsDelta: '100' });
    expect(told(await rig.act(shop, id, 'reverse'))).toEqual([200, 'reversed']);
    expect((await rig.wallet(shop, 'whole')).availablePoints).toBe('500');
    expect(told(await rig.act(shop, id, 'release'))).toEqual([200, 'reversed']);
  });

  it('is refunded in parts once an order has used its voucher, each under a key', async () => {
    const id = await held('refund');
    await rig.act(shop, id, 'commit', { orderId: 'O-9' });
    expect(told(await rig.act(shop, id, 'reverse', { points: 30 }))).toEqual([400, 'IDEMPOTENCY_KEY_REQUIRED']);
    const first = await rig.act(shop, id, 'reverse', { points: 30 }, { 'idempotency-key': 'r1' });
    expect(told(first)).toEqual([200, 'committed']);
    expect(first.body.data.redemption).toMatchObject({ pointsCommitted: '100', pointsReversed: '30' });
    const again = await rig.act(shop, id, 'reverse', { points: 30 }, { 'idempotency-key': 'r1' });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body.data.redemption.pointsReversed).toBe('30');
    expect(told(await rig.act(shop, id, 'reverse', { points: 71, idempotencyKey: 'r2' }))).toEqual([
      422,
      'POINTS_EXCEED_COMMITTED',
    ]);
    expect(told(await rig.act(shop, id, 'reverse', { points: 70, idempotencyKey: 'r2' }))).toEqual([200, 'reversed']);
    expect((await rig.wallet(shop, 'refund')).availablePoints).toBe('1000');
  });

  it('of a code the caller brought is shown with that code and reversed at once', async () => {
    await rig.earn(shop, 'own', 500);
    const more = { voucherCode: 'MY-CODE-1', voucherProvider: 'my label', voucherExternalId: 'ext-1' };
    const answer = await rig.redeem(shop, 'own', more);
    expect(told(answer)).toEqual([200, 'committed']);
    expect(answer.body.data.redemption).toMatchObject(more);
    const { rows } = await rig.pool.query('SELECT body FROM event UNION ALL SELECT state FROM redemption');
    expect(JSON.stringify(rows)).not.toContain('MY-CODE-1');
    expect(told(await rig.act(shop, answer.body.data.redemption.id, 'reverse'))).toEqual([200, 'reversed']);
  });

  it('tells its whole story, codes by their last characters only', async () => {
    await rig.earn(shop, 'story', 500);
    const { id, voucherCode } = (await rig.redeem(shop, 'story')).body.data.redemption;
    const story = await rig.story(shop, id);
    expect(story).toMatchObject({
      status: 'committed',
      engineStatus: 'committed',
      voucherState: 'issued',
      flags: [],
      voucherCode,
    });
    expect(story.events.map(({ type }) => type)).toEqual([
      'RedemptionRequested',
      'PointsReserved',
      'VoucherIssued',
      'RedemptionCommitted',
    ]);
    expect(story.events[2]?.data['code']).toEqual({ last4: voucherCode?.slice(-4) });
    expect(story.events[3]?.balances).toEqual({ available: '400', reserved: '0', burned: '100' });
  });
});

describe('Points by hand', () => {
  it('are earned, also beyond 2^53 as a text, and adjusted never below zero', async () => {
    await rig.earn(shop, 'rich', '9007199254740993');
    expect((await rig.wallet(shop, 'rich')).availablePoints).toBe('9007199254740993');
    const path = `${LOYALTY}/customers/rich/points/adjust`;
    const down = await rig.send('POST', path, { key: shop.key, body: { pointsDelta: '-9007199254740992' } });
    expect(down.status).toBe(200);
    const below = await rig.send('POST', path, { key: shop.key, body: { pointsDelta: -2 } });
    expect([below.status, below.body]).toMatchObject([422, { error: { code: 'INSUFFICIENT_POINTS' } }]);
    expect((await rig.wallet(shop, 'rich')).availablePoints).toBe('1');
    expect((await rig.earn(shop, 'rich', '9223372036854775807')).body.error.code).toBe('POINTS_OUT_OF_RANGE');
  });
});

describe('A customer', () => {
  it('is made, changed field by field, and shown with redemptions', async () => {
    const put = (body: object) => rig.send('PUT', `${LOYALTY}/customers/a%2Fb%20%C3%A9`, { key: shop.key, body });
    const made = await put({ name: 'Ada', email: 'ada@example.com', tags: ['vip'] });
    expect([made.status, made.body]).toMatchObject([
      201,
      { data: { id: 'a/b é', name: 'Ada', tags: ['vip'], tier: null } },
    ]);
    const changed = await put({ email: null, tier: 'gold' });
    expect([changed.status, changed.body]).toMatchObject([
      200,
      { data: { name: 'Ada', email: null, tier: 'gold', tags: ['vip'] } },
    ]);
    await rig.earn(shop, 'a/b é', 100);
    const { redemption } = (await rig.redeem(shop, 'a/b é')).body.data;
    expect(redemption).toMatchObject({ customerId: 'a/b é', customer: { name: 'Ada', email: null } });
  });
});
