import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig } from './api-rig.js';
import { YOTPO, YotpoShop } from './yotpo-rig.js';

interface Ids {
  readonly email: string;
  readonly optionId: number;
  readonly orderId: string;
  readonly redemptionId: number;
  readonly code: string;
}

/** How each route is called with somebody's ids, and what missing ones get. A route that is not here fails the first test. */
const probes: Readonly<Record<string, { path: (ids: Ids) => string; body?: (ids: Ids) => object; expected: number }>> =
  {
    'POST redemptions': {
      path: () => 'redemptions',
      body: ({ email, optionId }) => ({ customer_email: email, redemption_option_id: optionId }),
      expected: 404,
    },
    'POST redemptions/:redemptionId/cancellation_completed': {
      path: ({ redemptionId }) => `redemptions/${redemptionId}/cancellation_completed`,
      body: ({ code }) => ({ reward_text: code }),
      expected: 404,
    },
    'POST orders': {
      path: () => 'orders',
      body: ({ email, code }) => ({
        customer_email: email,
        order_id: 'X-1',
        total_amount_cents: 1,
        currency_code: 'USD',
        coupon_code: code,
      }),
      expected: 404,
    },
    'POST refunds': {
      path: () => 'refunds',
      body: ({ orderId }) => ({ order_id: orderId, total_amount_cents: 1 }),
      expected: 404,
    },
    'POST points/adjust': {
      path: () => 'points/adjust',
      body: ({ email }) => ({ customer_email: email, point_adjustment_amount: 5 }),
      expected: 404,
    },
    'GET customers': { path: ({ email }) => `customers?customer_email=${email}`, expected: 404 },
    // This one makes what is missing, in the caller's own company: both answers are those of something new.
    'POST customers': {
      path: () => 'customers',
      body: ({ email }) => ({ customer_id: email, customer_email: `new-${email}` }),
      expected: 200,
    },
    'GET customers/recent': { path: () => 'customers/recent?page_info=WzAsIiJd', expected: 200 },
    'GET redemption_options': { path: ({ email }) => `redemption_options?customer_email=${email}`, expected: 404 },
    'GET redemption_codes': { path: ({ code }) => `redemption_codes?code=${code}`, expected: 404 },
    'POST redemption_codes': {
      path: () => 'redemption_codes',
      body: ({ optionId }) => ({ redemption_option_id: optionId, codes: 'ONE-CODE' }),
      expected: 422,
    },
  };

const missing: Ids = {
  email: 'nobody@example.com',
  optionId: 999,
  orderId: 'nothing',
  redemptionId: 999_999_999,
  code: 'NO-SUCH-CODE',
};

let rig: ApiRig;
let owner: YotpoShop;
let stranger: YotpoShop;
let owned: Ids;

beforeAll(async () => {
  rig = await ApiRig.open({ REDEEM_WAIT_MS: '10000' });
  await rig.startWorker();
  owner = new YotpoShop(rig, await rig.tenant('Owner'));
  stranger = new YotpoShop(rig, await rig.tenant('Stranger'));
  const optionId = await owner.option();
  const email = await owner.customer('somebody');
  const { id, reward_text: code } = (await owner.redeem(email, optionId, { delay_points_deduction: true })).body;
  await owner.order(email, 'OWNED-1', '');
  owned = { email, optionId, orderId: 'OWNED-1', redemptionId: id, code: code ?? '' };
});
afterAll(() => rig.close());

describe('Isolation in Yotpo’s dialect', () => {
  it('knows every route of the dialect', () => {
    const routes = rig.api.routes.filter(({ url, method }) => url.startsWith(`${YOTPO}/`) && method !== 'HEAD');
    const names = routes.map(({ method, url }) => `${method} ${url.slice(YOTPO.length + 1)}`);
    expect([...new Set(names)].sort()).toEqual(Object.keys(probes).sort());
  });

  it.each(Object.keys(probes))('%s answers another company’s ids as it answers missing ones', async (route) => {
    const [method = ''] = route.split(' ');
    const { path, body, expected } = probes[route]!;
    const look = async (ids: Ids): Promise<unknown> => {
      const answer = await stranger.call(method, path(ids), body?.(ids));
      const text = JSON.stringify(answer.body)
        .replaceAll(ids.email, '<id>')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
      return { status: answer.status, text };
    };
    const foreign = await look(owned);
    expect(foreign).toEqual(await look(missing));
    expect(foreign).toMatchObject({ status: expected });
  });

  it('opens to no key without the GUID of its own company, and with wrong ones least of all', async () => {
    const call = (headers: Record<string, string>, query = '') =>
      rig.send('GET', `${YOTPO}/customers?customer_email=${owned.email}${query}`, { headers });
    const { guid = '', key } = owner.tenant;
    const strangers = stranger.tenant.guid ?? '';
    expect((await call({ 'x-guid': guid, 'x-api-key': key })).status).toBe(200);
    expect((await call({ 'x-guid': guid.toUpperCase() }, `&api_key=${key}`)).status).toBe(200);
    for (const [headers, query] of [
      [{ 'x-api-key': key }, ''],
      [{ 'x-guid': guid }, ''],
      [{ 'x-guid': strangers, 'x-api-key': key }, ''],
      [{ 'x-guid': guid, 'x-api-key': `${key}x` }, ''],
      [{ 'x-guid': guid, 'x-api-key': key }, `&guid=${strangers}`],
      [{}, `&guid=${guid}&merchant_id=${strangers}&api_key=${key}`],
    ] as const) {
      const refused = await call(headers, query);
      expect([headers, query, refused.status]).toEqual([headers, query, 401]);
      expect(Object.keys(refused.body as object)).toEqual(['error']);
    }
  });

  it.each(Object.keys(probes))('%s opens to keys with its scope and to no other', async (route) => {
    const [method = ''] = route.split(' ');
    const { path, body } = probes[route]!;
    const url = `${YOTPO}/${route.split(' ')[1] ?? ''}`;
    const { access } = rig.api.routes.find((one) => one.url === url && one.method === method)!;
    for (const scope of ['redemptions:write', 'points:write', 'wallets:read', 'catalogue:write']) {
      const key = await rig.key(stranger.tenant.id, [scope]);
      const answer = await stranger.call(method, path(missing), body?.(missing), { key });
      const isOpen = access.kind === 'scope' && access.scopes.some((one) => one === scope);
      expect([route, scope, answer.status === 403]).toEqual([route, scope, !isOpen]);
    }
  });

  it('left the owner’s things as they were', async () => {
    expect(await owner.balance('somebody')).toEqual(['900', '100', '0']);
  });
});

/** Each is refused in the dialect's own shape and writes nothing. */
const refused: readonly (readonly [name: string, status: number, path: string, body: unknown])[] = [
  ['no identifier', 422, 'redemptions', { redemption_option_id: 1 }],
  ['an empty one', 422, 'redemptions', { redemption_option_id: 1, customer_email: '' }],
  ['two that disagree', 422, 'redemptions', { redemption_option_id: 1, customer_email: 'EMAIL', customer_id: 'x' }],
  ['an unknown customer', 404, 'redemptions', { redemption_option_id: 1, customer_email: 'x@example.com' }],
  ['an unknown option', 422, 'redemptions', { redemption_option_id: 77, customer_email: 'EMAIL' }],
  ['an option beyond 32 bits', 422, 'redemptions', { redemption_option_id: 2 ** 31, customer_email: 'EMAIL' }],
  ['a fractional one', 400, 'redemptions', { redemption_option_id: 1.5, customer_email: 'EMAIL' }],
  ['a negative one', 400, 'redemptions', { redemption_option_id: -1, customer_email: 'EMAIL' }],
  ['one that is a text', 400, 'redemptions', { redemption_option_id: 'one', customer_email: 'EMAIL' }],
  ['none', 400, 'redemptions', { customer_email: 'EMAIL' }],
  ['another currency', 422, 'redemptions', { redemption_option_id: 1, customer_email: 'EMAIL', currency: 'EUR' }],
  ['no currency of any kind', 400, 'redemptions', { redemption_option_id: 1, customer_email: 'EMAIL', currency: '€' }],
  ['negative points', 400, 'redemptions', { redemption_option_id: 1, customer_email: 'EMAIL', points_to_redeem: -1 }],
  ['half a point', 400, 'redemptions', { redemption_option_id: 1, customer_email: 'EMAIL', points_to_redeem: 0.5 }],
  [
    'more points than 32 bits',
    422,
    'redemptions',
    { redemption_option_id: 1, customer_email: 'EMAIL', points_to_redeem: 2 ** 31 },
  ],
  ['a delay that is neither', 400, 'redemptions', '{"redemption_option_id":1,"delay_points_deduction":"perhaps"}'],
  ['a body that is a list', 400, 'redemptions', [1]],
  ['malformed JSON', 400, 'redemptions', '{"customer_email":'],
  ['NUL', 400, 'redemptions', { redemption_option_id: 1, customer_email: 'a\0b' }],
  ['half a surrogate pair', 400, 'redemptions', '{"customer_email":"\\ud800","redemption_option_id":1}'],
  ['__proto__', 400, 'redemptions', '{"__proto__":{"a":1},"redemption_option_id":1}'],
  ['numbers that do not fit', 400, 'redemptions', '{"redemption_option_id":1e999}'],
  ['more than 1 MB', 413, 'redemptions', `"${'x'.repeat(1_048_576)}"`],
  ['NUL in the query', 400, 'redemptions?customer_email=a%00b&redemption_option_id=1', undefined],
  ['a parameter twice', 400, 'redemptions?redemption_option_id=1&redemption_option_id=2', undefined],
  ['an order without an id', 400, 'orders', { customer_email: 'EMAIL', total_amount_cents: 1, currency_code: 'USD' }],
  [
    'an order of less than nothing',
    400,
    'orders',
    { customer_email: 'EMAIL', order_id: '1', total_amount_cents: -1, currency_code: 'USD' },
  ],
  [
    'an order of a customer and another',
    422,
    'orders',
    { customer_email: 'EMAIL', customer_id: 'x', order_id: '1', total_amount_cents: 1, currency_code: 'USD' },
  ],
  [
    'an order in a currency that is none',
    400,
    'orders',
    { customer_email: 'EMAIL', order_id: '1', total_amount_cents: 1, currency_code: 'dollars' },
  ],
  ...['-005000-01-01T00:00:00Z', '0000-12-31T23:59:59Z', '+010000-01-01T00:00:00Z', 'yesterday'].map(
    (created_at) =>
      [
        `an order of ${created_at}`,
        400,
        'orders',
        { customer_email: 'EMAIL', order_id: '1', total_amount_cents: 1, currency_code: 'USD', created_at },
      ] as const,
  ),
  ['a refund in another currency', 422, 'refunds', { order_id: 'OWNED-1', total_amount_cents: 1, currency: 'EUR' }],
  ['a refund beyond 32 bits', 422, 'refunds', { order_id: 'OWNED-1', total_amount_cents: 2 ** 31 }],
  [
    'a refund of items nested a hundred thousand deep',
    400,
    'refunds',
    `{"order_id":"OWNED-1","total_amount_cents":1,"items":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
  ],
  ['a refund in fractions', 400, 'refunds', { order_id: 'OWNED-1', total_amount_cents: 0.5 }],
  ['no points', 400, 'points/adjust', { customer_email: 'EMAIL', point_adjustment_amount: 0 }],
  ['points beyond 32 bits', 422, 'points/adjust', { customer_email: 'EMAIL', point_adjustment_amount: -(2 ** 31) }],
  ['an address that is not there', 404, 'nothing/at/all', {}],
];

describe('Bad input in Yotpo’s dialect', () => {
  it.each(refused)('%s is refused with %i', async (_name, status, path, body) => {
    const events = async () => (await rig.pool.query<{ n: string }>('SELECT count(*) AS n FROM event')).rows[0]?.n;
    const before = await events();
    const given = JSON.parse(JSON.stringify(body ?? null).replaceAll('EMAIL', owned.email)) as unknown;
    const answer = await owner.call('POST', path, body === undefined ? undefined : given);
    expect([answer.status, Object.keys(answer.body), typeof answer.body.error]).toEqual([status, ['error'], 'string']);
    expect(await events()).toEqual(before);
  });

  it('a body of another type is refused', async () => {
    const answer = await owner.post('orders', 'a=b', { headers: { 'content-type': 'text/plain' } });
    expect([answer.status, Object.keys(answer.body)]).toEqual([415, ['error']]);
  });
});
