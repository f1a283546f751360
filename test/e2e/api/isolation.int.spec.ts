import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../../apps/api/src/docs/describe-api.js';
import type { RegisteredRoute } from '../../../apps/api/src/http/request-hooks.js';
import { ADMIN_KEY, ApiRig, CATALOGUE, LOYALTY, type Answer, type Tenant } from './api-rig.js';

const MISSING_ID = '0192aaaa-0000-7000-8000-000000000000';
const ALL = ['redemptions:write', 'points:write', 'wallets:read', 'catalogue:write', 'audit:read'];

interface Ids {
  readonly customerId: string;
  readonly redemptionId: string;
  readonly rewardOptionId: string;
  readonly idempotencyKey: string;
}

/** How one route is called with somebody's ids. */
interface Probe {
  readonly path: (ids: Ids) => string;
  readonly body?: (ids: Ids) => object;
  /** What a missing id gets. */
  readonly expected: number;
}

/**
 * Every route that takes a company's key, by method and address. A route that is not here fails the first test: whoever adds one says
 * how it is called with ids that are not the caller's.
 */
const probes: Readonly<Record<string, Probe>> = {
  [`POST ${LOYALTY}/customers/:customerId/redeem`]: {
    path: ({ customerId }) => `/customers/${customerId}/redeem`,
    body: ({ idempotencyKey }) => ({ rewardOptionId: 'r', rewardName: 'R', pointsCost: 1, idempotencyKey }),
    expected: 404,
  },
  [`POST ${LOYALTY}/redemptions/:redemptionId/commit`]: {
    path: ({ redemptionId }) => `/redemptions/${redemptionId}/commit`,
    body: ({ idempotencyKey }) => ({ idempotencyKey }),
    expected: 404,
  },
  [`POST ${LOYALTY}/redemptions/:redemptionId/release`]: {
    path: ({ redemptionId }) => `/redemptions/${redemptionId}/release`,
    body: () => ({}),
    expected: 404,
  },
  [`POST ${LOYALTY}/redemptions/:redemptionId/reverse`]: {
    path: ({ redemptionId }) => `/redemptions/${redemptionId}/reverse`,
    body: () => ({}),
    expected: 404,
  },
  [`GET ${LOYALTY}/redemptions/:redemptionId`]: {
    path: ({ redemptionId }) => `/redemptions/${redemptionId}`,
    expected: 404,
  },
  [`GET ${LOYALTY}/customers/:customerId/wallet`]: {
    path: ({ customerId }) => `/customers/${customerId}/wallet`,
    expected: 404,
  },
  [`GET ${LOYALTY}/customers/:customerId/history`]: {
    path: ({ customerId }) => `/customers/${customerId}/history`,
    expected: 404,
  },
  [`GET ${LOYALTY}/customers/:customerId/redemptions`]: {
    path: ({ customerId }) => `/customers/${customerId}/redemptions`,
    expected: 404,
  },
  [`GET ${LOYALTY}/customers/:customerId/redemptions/summary`]: {
    path: ({ customerId }) => `/customers/${customerId}/redemptions/summary`,
    expected: 404,
  },
  [`GET ${LOYALTY}/rewards/:rewardOptionId/redeemers`]: {
    path: ({ rewardOptionId }) => `/rewards/${rewardOptionId}/redeemers`,
    expected: 200,
  },
  [`POST ${LOYALTY}/customers/:customerId/points/adjust`]: {
    path: ({ customerId }) => `/customers/${customerId}/points/adjust`,
    body: ({ idempotencyKey }) => ({ pointsDelta: 5, idempotencyKey }),
    expected: 404,
  },
  [`DELETE ${LOYALTY}/customers/:customerId/personal-data`]: {
    path: ({ customerId }) => `/customers/${customerId}/personal-data`,
    expected: 404,
  },
  // The whole catalogue is the caller's own: no id of anybody else's fits into these calls.
  [`POST ${CATALOGUE}/reward-options`]: {
    path: () => '/reward-options',
    // Complete bodies would be answered with ids that go up by themselves.
    body: () => ({}),
    expected: 400,
  },
  [`GET ${CATALOGUE}/reward-options`]: { path: () => '/reward-options?before=2020-01-01T00:00:00Z', expected: 200 },
  [`POST ${CATALOGUE}/point-conversion`]: {
    path: () => '/point-conversion',
    body: () => ({ tiers: [] }),
    expected: 201,
  },
  [`GET ${CATALOGUE}/point-conversion`]: { path: () => '/point-conversion', expected: 200 },
  [`GET ${LOYALTY}/ledger/events`]: { path: () => '/ledger/events', expected: 200 },
  [`GET ${LOYALTY}/audit/checkpoints`]: { path: () => '/audit/checkpoints', expected: 200 },
  [`GET ${LOYALTY}/audit/redemptions/:redemptionId/proof`]: {
    path: ({ redemptionId }) => `/audit/redemptions/${redemptionId}/proof`,
    expected: 404,
  },
  // These two make what is missing, in the caller's own company: both answers are those of something new.
  [`PUT ${LOYALTY}/customers/:customerId`]: {
    path: ({ customerId }) => `/customers/${customerId}`,
    body: () => ({}),
    expected: 201,
  },
  [`POST ${LOYALTY}/customers/:customerId/points/earn`]: {
    path: ({ customerId }) => `/customers/${customerId}-earn/points/earn`,
    body: () => ({ points: 5 }),
    expected: 200,
  },
};

let rig: ApiRig;
let owner: Tenant;
let stranger: Tenant;
let owned: Ids;
const missing: Ids = {
  customerId: 'nobody',
  redemptionId: MISSING_ID,
  rewardOptionId: 'nothing',
  idempotencyKey: 'unused',
};

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  owner = await rig.tenant('Owner');
  stranger = await rig.tenant('Stranger', ALL);
  await rig.earn(owner, 'somebody', 1_000, { idempotencyKey: 'owned-earn' });
  await rig.earn(owner, 'somebody-earn', 1_000);
  const { body } = await rig.redeem(owner, 'somebody', { rewardOptionId: 'ro_owned', idempotencyKey: 'owned-key' });
  owned = {
    customerId: 'somebody',
    redemptionId: body.data.redemption.id,
    rewardOptionId: 'ro_owned',
    idempotencyKey: 'owned-key',
  };
});
afterAll(() => rig.close());

/** Yotpo’s and BonifiQ’s calls take other credentials and ids: they have probes of their own (yotpo-isolation, bonifiq-isolation). */
const isProbedElsewhere = (url: string): boolean => url.startsWith('/api/v2/') || url.startsWith('/v1/pvt/');

function routesOf(kind: RegisteredRoute['access']['kind']): readonly string[] {
  const routes = rig.api.routes.filter(
    ({ access, method, url }) => access.kind === kind && method !== 'HEAD' && !isProbedElsewhere(url),
  );
  return routes.map(({ method, url }) => `${method} ${url}`);
}

async function call(tenant: Tenant, route: string, ids: Ids): Promise<Answer> {
  const [method = '', url = ''] = route.split(' ');
  const { path, body } = probes[route]!;
  const prefix = url.startsWith(CATALOGUE) ? CATALOGUE : LOYALTY;
  return rig.send(method, prefix + path(ids), { key: tenant.key, ...(body === undefined ? {} : { body: body(ids) }) });
}

/** Two answers look the same when all but what names the request itself, and the ids it was sent, is equal. */
function look({ status, body, headers }: Answer, ids: Ids): unknown {
  const text = JSON.stringify(body)
    .replaceAll(ids.customerId, '<id>')
    .replaceAll(ids.redemptionId, '<id>')
    .replaceAll(/urn:holdfast:trace:[0-9a-f]{32}/g, '<trace>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
  const names = [...headers.keys()].filter((name) => !['date', 'content-length'].includes(name)).sort();
  return { status, text, names };
}

describe('The description', () => {
  it('names every route that somebody with a key may call, and the public ones', () => {
    const described = Object.entries(openApiDocument(rig.api.app).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routed = rig.api.routes
      .filter(({ method, url }) => method !== 'HEAD' && url !== '/metrics')
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(routed.sort());
  });
});

describe('Isolation', () => {
  it('knows every route that Fastify has', () => {
    expect([...routesOf('scope')].sort()).toEqual(Object.keys(probes).sort());
    const printed = rig.api.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const methods = [...printed.matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, list]) => (list ?? '').split(', '));
    expect(methods).toHaveLength(rig.api.routes.length);
  });

  it.each(Object.keys(probes))('%s answers another company’s ids as it answers missing ones', async (route) => {
    const foreign = await call(stranger, route, owned);
    const absent = await call(stranger, route, missing);
    expect(absent.status).toBe(probes[route]!.expected);
    expect(look(foreign, owned)).toEqual(look(absent, missing));
  });

  it('left the owner’s things as they were', async () => {
    expect(await rig.wallet(owner, 'somebody')).toMatchObject({ availablePoints: '900', lifetimeBurnedPoints: '100' });
    expect((await rig.story(owner, owned.redemptionId)).status).toBe('committed');
    expect((await rig.wallet(owner, 'somebody-earn')).availablePoints).toBe('1000');
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])(
    'answers %s on an address that is not there as 404, with and without a key',
    async (method) => {
      for (const sent of [{}, { key: owner.key }]) {
        const { status, body } = await rig.send(method, `${LOYALTY}/nothing`, sent);
        expect([status, body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
      }
    },
  );
});

describe('Scopes', () => {
  it('every route opens to keys with its scope and to no other', async () => {
    const keys = new Map<string, Tenant>();
    for (const scope of ALL) keys.set(scope, { id: owner.id, key: await rig.key(owner.id, [scope]) });
    for (const route of rig.api.routes) {
      if (route.access.kind !== 'scope' || route.method === 'HEAD' || isProbedElsewhere(route.url)) continue;
      for (const [scope, tenant] of keys) {
        const { status, body } = await call(tenant, `${route.method} ${route.url}`, missing);
        const opens = route.access.scopes.some((one) => one === scope);
        expect([route.url, scope, status === 403]).toEqual([route.url, scope, !opens]);
        if (!opens) expect(body).toMatchObject({ error: { code: 'INSUFFICIENT_SCOPE' } });
      }
    }
  });

  it('no route with a key opens without one, with a wrong one, or with the admin’s', async () => {
    for (const route of routesOf('scope')) {
      const [method = '', url = ''] = route.split(' ');
      const none = await rig.send(method, url);
      expect([route, none.status, none.body]).toMatchObject([route, 401, { error: { code: 'MISSING_API_KEY' } }]);
      for (const headers of [
        { 'x-api-key': ADMIN_KEY },
        { 'x-api-key': `${owner.key}x` },
        { 'x-bitbybit-key': 'hf_1_a_b' },
      ]) {
        const wrong = await rig.send(method, url, { headers });
        expect([route, wrong.status, wrong.body]).toMatchObject([route, 401, { error: { code: 'INVALID_API_KEY' } }]);
      }
    }
  });

  it('no administrator’s route opens to a company’s key', async () => {
    expect(routesOf('admin').length).toBeGreaterThan(6);
    for (const route of routesOf('admin')) {
      const [method = '', url = ''] = route.split(' ');
      const path = url
        .replaceAll(':keyId', MISSING_ID)
        .replaceAll(':optionId', '1')
        .replaceAll(':id', '1')
        .replaceAll(':name', 'x');
      expect([route, (await rig.send(method, path, { key: owner.key })).status]).toEqual([route, 401]);
      const wrong = await rig.send(method, path, { headers: { 'x-admin-key': owner.key } });
      expect([route, wrong.status, wrong.body]).toMatchObject([route, 401, { error: { code: 'INVALID_API_KEY' } }]);
    }
  });

  it('both of bitbybit’s headers carry the key', async () => {
    const { status } = await rig.send('GET', `${LOYALTY}/customers/somebody/wallet`, {
      headers: { 'x-bitbybit-key': owner.key },
    });
    expect(status).toBe(200);
  });
});
