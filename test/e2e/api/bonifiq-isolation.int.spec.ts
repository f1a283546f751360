import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig } from './api-rig.js';
import { BONIFIQ, BonifiqStore, ENVELOPE } from './bonifiq-rig.js';

interface Ids {
  readonly customerId: string;
  readonly rewardId: number;
  readonly pointId: number;
  readonly key: string;
  readonly orderId: string;
  readonly checkoutId: string;
  readonly code: string;
}

/** How each route is called with somebody's ids, and what missing ones get. A route that is not here fails the first test. */
const probes: Readonly<Record<string, { path: (ids: Ids) => string; body?: (ids: Ids) => object; expected: number }>> =
  {
    'POST POS/rewards/:id/redeem': {
      path: ({ rewardId }) => `POS/rewards/${rewardId}/redeem`,
      body: ({ customerId, key }) => ({ CustomerId: customerId, OriginalKey: key }),
      expected: 400,
    },
    'POST POS/rewards/available': {
      path: () => 'POS/rewards/available',
      body: ({ customerId }) => ({ CustomerId: customerId }),
      expected: 400,
    },
    'GET POS/rewards': { path: ({ customerId }) => `POS/rewards?CustomerId=${customerId}`, expected: 400 },
    'DELETE POS/rewards/:id': { path: ({ pointId }) => `POS/rewards/${pointId}`, expected: 400 },
    'DELETE POS/rewards': { path: ({ key }) => `POS/rewards?OriginalKey=${key}`, expected: 400 },
    'POST POS/orders': {
      path: () => 'POS/orders',
      body: ({ customerId, code }) => ({
        OriginalId: 'X-1',
        OrderTotal: 1,
        Customer: { OriginalId: customerId },
        Coupon: code,
      }),
      expected: 400,
    },
    'POST Order': {
      path: () => 'Order',
      body: ({ customerId, code }) => ({
        OriginalId: 'X-2',
        OrderTotal: 1,
        Customer: { OriginalId: customerId },
        Coupon: code,
      }),
      expected: 400,
    },
    'POST POS/orders/:orderId/cancel': { path: ({ orderId }) => `POS/orders/${orderId}/cancel`, expected: 400 },
    'POST POS/orders/:orderId/partialcancel': {
      path: ({ orderId }) => `POS/orders/${orderId}/partialcancel`,
      body: () => ({ ValueToRefund: 1, CancelKey: 'c' }),
      expected: 400,
    },
    'POST Customer/:id/points': {
      path: ({ customerId }) => `Customer/${customerId}/points`,
      body: () => ({ Points: 5, OperationType: 0, ChangeKey: 'c' }),
      expected: 400,
    },
    // This one says of a customer who is not there that it is so.
    'GET Customer/:id/points': { path: ({ customerId }) => `Customer/${customerId}/points`, expected: 200 },
    'POST Checkout/redeem': {
      path: () => 'Checkout/redeem',
      body: ({ customerId, checkoutId }) => ({ CustomerId: customerId, CheckoutId: checkoutId, CashbackValue: 1 }),
      expected: 400,
    },
    'POST Checkout/redeem/remove': {
      path: () => 'Checkout/redeem/remove',
      body: ({ customerId, checkoutId }) => ({ CustomerId: customerId, CheckoutId: checkoutId }),
      expected: 400,
    },
  };

const missing: Ids = {
  customerId: 'nobody',
  rewardId: 999,
  pointId: 999_999_999,
  key: 'unused',
  orderId: 'nothing',
  checkoutId: 'none',
  code: 'NO-SUCH-CODE',
};

let rig: ApiRig;
let owner: BonifiqStore;
let stranger: BonifiqStore;
let owned: Ids;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000' });
  await rig.startWorker();
  owner = new BonifiqStore(rig, await rig.tenant('Owner'));
  stranger = new BonifiqStore(rig, await rig.tenant('Stranger'));
  const rewardId = await owner.reward();
  await owner.cashback();
  await owner.customer('somebody');
  const { body } = await owner.redeem(rewardId, 'somebody', { OriginalKey: 'owned' });
  const { ExternalCode: code, Point } = body.Result;
  await owner.order('somebody', 'OWNED-1', code);
  const checkout = { CustomerId: 'somebody', CheckoutId: 'owned-checkout', CashbackValue: 5 };
  await owner.post('Checkout/redeem', checkout);
  owned = {
    ...{ customerId: 'somebody', rewardId, pointId: Point.PointId, key: 'owned' },
    ...{ orderId: 'OWNED-1', checkoutId: 'owned-checkout', code },
  };
});
afterAll(() => rig.close());

describe('Isolation in BonifiQ’s dialect', () => {
  it('knows every route of the dialect', () => {
    const routes = rig.api.routes.filter(({ url, method }) => url.startsWith(`${BONIFIQ}/`) && method !== 'HEAD');
    const names = routes.map(({ method, url }) => `${method} ${url.slice(BONIFIQ.length + 1)}`);
    expect([...new Set(names)].sort()).toEqual(Object.keys(probes).sort());
  });

  it.each(Object.keys(probes))('%s answers another company’s ids as it answers missing ones', async (route) => {
    const [method = ''] = route.split(' ');
    const { path, body, expected } = probes[route]!;
    const look = async (ids: Ids): Promise<unknown> => {
      const answer = await stranger.call(method, path(ids), body?.(ids));
      return { status: answer.status, body: answer.body };
    };
    const foreign = await look(owned);
    expect(foreign).toEqual(await look(missing));
    expect(foreign).toMatchObject({ status: expected });
  });

  it('opens to no key without the GUID of its own company, and with wrong ones least of all', async () => {
    const { guid = '', key } = owner.tenant;
    const strangers = stranger.tenant.guid ?? '';
    const call = (authorization: string | undefined) =>
      rig.send('GET', `${BONIFIQ}/Customer/somebody/points`, {
        headers: authorization === undefined ? {} : { authorization },
      });
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    expect((await call(basic(`${guid}:${key}`))).status).toBe(200);
    expect((await call(basic(`${guid.toUpperCase()}:${key}`).replace('Basic', 'basic'))).status).toBe(200);
    for (const header of [
      ...[
        undefined,
        '',
        'Basic',
        'Basic !',
        `Bearer ${key}`,
        basic(guid),
        basic(key),
        basic(`:${key}`),
        basic(`${guid}:`),
      ],
      ...[basic(`${strangers}:${key}`), basic(`${guid}:${key}x`), basic(`${guid}:${stranger.tenant.key}`)],
    ]) {
      const refused = await call(header);
      expect([header, refused.status]).toEqual([header, 401]);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(refused.body).toMatchObject({ HasError: true, Result: null, Severity: 2 });
    }
  });

  it.each(Object.keys(probes))('%s opens to keys with its scope and to no other', async (route) => {
    const [method = '', name = ''] = route.split(' ');
    const { path, body } = probes[route]!;
    const { access } = rig.api.routes.find((one) => one.url === `${BONIFIQ}/${name}` && one.method === method)!;
    for (const scope of ['redemptions:write', 'points:write', 'wallets:read', 'catalogue:write', 'audit:read']) {
      const key = await rig.key(stranger.tenant.id, [scope]);
      const answer = await stranger.call(method, path(missing), body?.(missing), { key });
      const isOpen = access.kind === 'scope' && access.scopes.some((one) => one === scope);
      expect([route, scope, answer.body.CodeName === 'InsufficientScope']).toEqual([route, scope, !isOpen]);
      if (!isOpen) expect(answer.status).toBe(401);
    }
  });

  it('left the owner’s things as they were', async () => {
    expect(await owner.balance('somebody')).toEqual(['850', '50', '100']);
  });
});

const REDEEM = 'POS/rewards/1/redeem';
const somebody = { CustomerId: 'somebody' };
const order = { OriginalId: 'B-1', OrderTotal: 1, Customer: { OriginalId: 'somebody' } };
const change = { Points: 5, OperationType: 0, ChangeKey: 'bad' };

/** Each is refused in the dialect's own shape and writes nothing. */
const refused: readonly (readonly [name: string, code: string, path: string, body: unknown])[] = [
  ['no identifier', 'CustomerRequired', REDEEM, {}],
  ['an empty one', 'CustomerRequired', REDEEM, { CustomerId: '' }],
  ['an unknown customer', 'CustomerNotFound', REDEEM, { CustomerId: 'x@example.com' }],
  ['a document with a wrong check digit', 'DocumentInvalid', REDEEM, { CustomerId: '529.982.247-24' }],
  ['an unknown reward', 'UnknownRewardOption', 'POS/rewards/77/redeem', somebody],
  ['a reward beyond 32 bits', 'UnknownRewardOption', 'POS/rewards/2147483648/redeem', somebody],
  ['a reward that is a fraction', 'UnknownRewardOption', 'POS/rewards/1.5/redeem', somebody],
  ['a negative Value', 'ValidationError', REDEEM, { ...somebody, Value: -1 }],
  ['a Value of 0', 'ValidationError', REDEEM, { ...somebody, Value: 0 }],
  ['a Value of five places', 'ValidationError', REDEEM, { ...somebody, Value: 1.00001 }],
  ['a Value of twelve digits', 'ValidationError', REDEEM, { ...somebody, Value: 100_000_000_000 }],
  [
    'a Value of more points than 32 bits',
    'NumberOutOfRange',
    'POS/rewards/2/redeem',
    { ...somebody, Value: 300_000_000 },
  ],
  ['negative Points', 'ValidationError', REDEEM, { ...somebody, Points: -1 }],
  ['fractional Points', 'ValidationError', REDEEM, { ...somebody, Points: 1.5 }],
  ['Points beyond 32 bits', 'NumberOutOfRange', REDEEM, { ...somebody, Points: 2 ** 31 }],
  ['an unknown RedeemOrigin', 'ValidationError', REDEEM, { ...somebody, RedeemOrigin: 6 }],
  ['a Branch that is a text', 'ValidationError', REDEEM, { ...somebody, Branch: 'Centro' }],
  ['Metadatas that are no list', 'ValidationError', REDEEM, { ...somebody, Metadatas: { a: 1 } }],
  ['Metadatas of more than 8 KB', 'ValidationError', REDEEM, { ...somebody, Metadatas: [{ Name: 'x'.repeat(9_000) }] }],
  [
    'Metadatas nested a hundred thousand deep',
    'ValidationError',
    REDEEM,
    `{"CustomerId":"somebody","Metadatas":[{"Name":"a","x":${'['.repeat(1e5)}${']'.repeat(1e5)}}]}`,
  ],
  ['an OriginalKey that is too long', 'ValidationError', REDEEM, { ...somebody, OriginalKey: 'x'.repeat(256) }],
  ['a body that is a list', 'ValidationError', REDEEM, [1]],
  ['malformed JSON', 'ValidationError', REDEEM, '{"CustomerId":'],
  ['NUL', 'ValidationError', REDEEM, { CustomerId: 'a\0b' }],
  ['half a surrogate pair', 'ValidationError', REDEEM, '{"CustomerId":"\\ud800"}'],
  ['__proto__', 'ValidationError', REDEEM, '{"__proto__":{"a":1},"CustomerId":"somebody"}'],
  ['numbers that do not fit', 'ValidationError', REDEEM, '{"CustomerId":"somebody","Value":1e999}'],
  ['more than 1 MB', 'PayloadTooLarge', REDEEM, `"${'x'.repeat(1_048_576)}"`],
  ['NUL in the address', 'ValidationError', 'Customer/a%00b/points', change],
  ['NUL in an order’s id', 'ValidationError', 'POS/orders/a%00b/cancel', undefined],
  [
    'NUL in the id of one that is cancelled in part',
    'ValidationError',
    'POS/orders/a%00b/partialcancel',
    { ValueToRefund: 1, CancelKey: 'n' },
  ],
  ['an order without an id', 'ValidationError', 'POS/orders', { ...order, OriginalId: undefined }],
  ['an order of less than nothing', 'ValidationError', 'POS/orders', { ...order, OrderTotal: -1 }],
  ['an order of a part of a cent', 'ValidationError', 'POS/orders', { ...order, OrderTotal: 1.005 }],
  [
    'an order from before there was a calendar',
    'ValidationError',
    'POS/orders',
    { ...order, OrderPlacementDate: '-005000-01-01T00:00:00Z' },
  ],
  ['an order without a customer', 'CustomerRequired', 'POS/orders', { ...order, Customer: null }],
  [
    'a partial cancel of nothing',
    'ValidationError',
    'POS/orders/OWNED-1/partialcancel',
    { ValueToRefund: 0, CancelKey: 'n' },
  ],
  ['one without a CancelKey', 'ValidationError', 'POS/orders/OWNED-1/partialcancel', { ValueToRefund: 1 }],
  ['points beyond 32 bits', 'NumberOutOfRange', 'Customer/somebody/points', { ...change, Points: 2 ** 31 }],
  ['points without a ChangeKey', 'ValidationError', 'Customer/somebody/points', { ...change, ChangeKey: null }],
  ['cashback without a value', 'ValidationError', 'Checkout/redeem', { ...somebody, CheckoutId: 'c' }],
  [
    'a discount beyond the purchase',
    'ValidationError',
    'POS/rewards/available',
    { ...somebody, PurchaseValue: 1, DiscountValue: 2 },
  ],
];

describe('Bad input in BonifiQ’s dialect', () => {
  it.each(refused)('%s is refused as %s', async (_name, code, path, body) => {
    const events = async () => (await rig.pool.query<{ n: string }>('SELECT count(*) AS n FROM event')).rows[0]?.n;
    const before = await events();
    const answer = await owner.post(path, body);
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([400, ENVELOPE]);
    expect(answer.body).toMatchObject({ HasError: true, CodeName: code, Severity: 2, HasWarning: false, Result: null });
    expect([typeof answer.body.ErrorMessage, Number.isInteger(answer.body.ErrorCode)]).toEqual(['string', true]);
    expect(await events()).toEqual(before);
  });

  it('a body of another type is refused, and an address that is not there stays 404', async () => {
    const text = await owner.post('POS/orders', 'a=b', { headers: { 'content-type': 'text/plain' } });
    expect([text.status, text.body.CodeName]).toEqual([400, 'UnsupportedMediaType']);
    const nowhere = await owner.post('nothing/at/all', {});
    expect([nowhere.status, nowhere.body.HasError]).toEqual([404, true]);
    const escaped = await owner.call('GET', 'Customer/%zz/points');
    expect([escaped.status, escaped.body.HasError]).toEqual([400, true]);
  });
});
