import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from '#domain';
import { uuidV7 } from '#platform';
import type { RedemptionAnswer } from '../../../apps/api/src/dialects/bitbybit/answer-schemas.js';
import { until } from '../../support/until.js';
import { ApiRig, CATALOGUE, type RedeemedBody, type Tenant } from './api-rig.js';
import { TEN_OFF } from './yotpo-rig.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  shop = await rig.tenant();
  await rig.earn(shop, 'c1', 10_000);
});
afterAll(() => rig.close());

const MISSING_ID = '0192aaaa-0000-7000-8000-000000000000';

describe('Companies and keys', () => {
  it('a company has a guid, a currency and a provider of its own', async () => {
    const { status, body } = await rig.admin('POST', '/companies', { name: 'Bäckerei', baseCurrency: 'EUR' });
    expect([status, body]).toMatchObject([201, { data: { name: 'Bäckerei', baseCurrency: 'EUR' } }]);
    const { rows } = await rig.pool.query(
      `SELECT p.name, p.version, p.kind, p.config, p.is_default FROM voucher_provider p
         JOIN company c ON c.id = p.company_id WHERE c.name = 'Bäckerei'`,
    );
    expect(rows).toEqual([
      { name: 'generated', version: '1', kind: 'generated', config: { prefix: '' }, is_default: true },
    ]);
  });

  it.each([[{}], [{ name: '' }], [{ name: 'x', baseCurrency: 'euro' }], [{ name: 'x', id: 7 }]])(
    'a company of %j is refused',
    async (body) => {
      expect((await rig.admin('POST', '/companies', body)).status).toBe(400);
    },
  );

  it('a key is shown once and kept as a hash; lists tell all but the key', async () => {
    const key = await rig.key(shop.id, ['wallets:read']);
    const { body } = await rig.admin('GET', `/companies/${shop.id}/api-keys`);
    expect(body).toMatchObject({ data: [{ name: 'till', scopes: ['wallets:read'], revokedAt: null }, {}] });
    expect(JSON.stringify(body)).not.toContain(key.slice(-40));
    const { rows } = await rig.pool.query(`SELECT row_to_json(k)::text AS text FROM api_key k`);
    expect(JSON.stringify(rows)).not.toContain(key.slice(-40));
  });

  it.each([[[]], [['everything']], [['wallets:read', 'admin']]])('scopes %j are refused', async (scopes) => {
    expect((await rig.admin('POST', `/companies/${shop.id}/api-keys`, { name: 'k', scopes })).status).toBe(400);
  });

  it('a revoked key is refused at once here, and within a second by every other process', async () => {
    const key = await rig.key(shop.id, ['wallets:read']);
    const tenant = { id: shop.id, key };
    const [{ id }] = ((await rig.admin('GET', `/companies/${shop.id}/api-keys`)).body as { data: [{ id: string }] })
      .data;
    expect((await rig.read(tenant, '/customers/c1/wallet')).status).toBe(200);
    expect((await rig.admin('DELETE', `/companies/${shop.id}/api-keys/${id}`)).status).toBe(204);
    expect((await rig.read(tenant, '/customers/c1/wallet')).status).toBe(401);
    expect((await rig.admin('DELETE', `/companies/${shop.id}/api-keys/${id}`)).status).toBe(204);

    const second = { id: shop.id, key: await rig.key(shop.id, ['wallets:read']) };
    expect((await rig.read(second, '/customers/c1/wallet')).status).toBe(200);
    // As another process would: behind this one's back.
    await rig.pool.query('UPDATE api_key SET revoked_at = now() WHERE revoked_at IS NULL AND scopes = $1', [
      ['wallets:read'],
    ]);
    await sleep(1_050);
    expect((await rig.read(second, '/customers/c1/wallet')).status).toBe(401);
  });

  it.each([
    '/companies/999/api-keys',
    '/companies/0/api-keys',
    '/companies/99999999999/api-keys',
    '/companies/x/api-keys',
  ])('%s is not there', async (path) => {
    const { status, body } = await rig.admin('GET', path);
    expect([status, body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  });
});

describe('Voucher providers', () => {
  const put = (name: string, body: object) => rig.admin('PUT', `/companies/${shop.id}/voucher-providers/${name}`, body);

  it('a change is a new version; the same again is none', async () => {
    const first = await put('spring', { kind: 'generated', config: { prefix: 'SPRING' } });
    expect([first.status, first.body]).toEqual([
      200,
      { data: { name: 'spring', version: '1', kind: 'generated', default: false } },
    ]);
    expect((await put('spring', { kind: 'generated', config: { prefix: 'SPRING' } })).body).toMatchObject({
      data: { version: '1' },
    });
    expect((await put('spring', { kind: 'generated', config: { prefix: 'SUMMER' } })).body).toMatchObject({
      data: { version: '2' },
    });
  });

  it('one that another process has just made is there at once', async () => {
    const body = { ...TEN_OFF, voucherProvider: 'made-elsewhere' };
    const use = () => rig.send('POST', `${CATALOGUE}/reward-options`, { key: shop.key, body });
    expect([(await use()).status, (await use()).body]).toMatchObject([
      422,
      { error: { code: 'UNKNOWN_VOUCHER_PROVIDER' } },
    ]);
    await rig.pool.query(
      `INSERT INTO voucher_provider (company_id, name, version, kind, config) VALUES ($1, 'made-elsewhere', 1, 'generated', '{}')`,
      [shop.id],
    );
    expect((await use()).status).toBe(201);
  });

  it('one is the default; it can be another, but not none', async () => {
    expect((await put('generated', { kind: 'generated', default: false })).status).toBe(422);
    expect((await put('autumn', { kind: 'generated', default: true })).body).toMatchObject({ data: { default: true } });
    expect((await put('generated', { kind: 'generated' })).body).toMatchObject({
      data: { version: '1', default: false },
    });
    const { rows } = await rig.pool.query('SELECT name FROM voucher_provider WHERE company_id = $1 AND is_default', [
      shop.id,
    ]);
    expect(rows).toEqual([{ name: 'autumn' }]);
  });

  it('simultaneous changes leave no gap', async () => {
    const changes = Array.from({ length: 8 }, (_, index) =>
      put('race', { kind: 'generated', config: { prefix: `R${index}` } }),
    );
    const versions = (await Promise.all(changes)).map(
      ({ body }) => (body as { data: { version: string } }).data.version,
    );
    expect(versions.sort()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('a redemption is bound to the version of its time', async () => {
    await put('bound', { kind: 'generated', config: { prefix: 'OLD' } });
    const { body } = await rig.redeem(shop, 'c1', { voucherProvider: 'bound' }, { prefer: 'respond-async' });
    await put('bound', { kind: 'generated', config: { prefix: 'NEW' } });
    const [requested] = (await rig.story(shop, body.data.redemption.id)).events;
    expect(requested?.data).toMatchObject({ provider: { name: 'bound', version: '1', key: body.data.redemption.id } });
  });

  it.each([
    [{ kind: 'teleport', config: {} }],
    [{ kind: 'generated', config: { prefix: 'lower' } }],
    [{ kind: 'generated', config: { colour: 'red' } }],
    [{ kind: 'generated', config: [] }],
    [{ config: {} }],
  ])('%j is refused', async (body) => {
    const { status, body: answer } = await put('wrong', body);
    expect([status, answer]).toMatchObject([400, { error: { code: 'VALIDATION_ERROR' } }]);
  });
});

describe('Flags', () => {
  async function flagged(): Promise<string> {
    const { body } = await rig.redeem(shop, 'c1', {}, { prefer: 'respond-async' });
    const { id: redemptionId, walletId } = body.data.redemption;
    // As a worker would that reserved it, and then could not find out what became of its voucher.
    const commands: readonly Command[] = [
      { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call: undefined },
      { type: 'FlagRedemption', redemptionId, reason: 'voucher_unknown' },
    ];
    for (const command of commands) {
      await rig.engine.ledger.execute({
        commandId: uuidV7(),
        companyId: shop.id,
        walletId,
        actor: { kind: 'worker', id: 'test' },
        traceId: undefined,
        key: undefined,
        privateText: undefined,
        command,
      });
    }
    return redemptionId;
  }

  it('are listed over all companies, page by page, and gone once resolved', async () => {
    const ids = [await flagged(), await flagged(), await flagged()];
    const list = async (query = '') =>
      (await rig.admin('GET', `/redemptions?flagged=true${query}`)).body as {
        data: (RedemptionAnswer & { flags: string[] })[];
        pagination: { nextBefore: string };
      };
    const all = await list();
    expect(all.data.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(all.data[0]).toMatchObject({ companyId: shop.id, flags: ['voucher_unknown'], voucherState: 'none' });
    const first = await list('&limit=2');
    const rest = await list(`&limit=2&before=${first.pagination.nextBefore}`);
    expect(rest.data.map(({ id }) => id)).toEqual([ids[0]]);
    expect((await rig.admin('GET', '/redemptions')).status).toBe(400);

    const resolve = () =>
      rig.admin('POST', `/redemptions/${ids[0]}/resolve`, {
        outcome: 'issued',
        code: 'FOUND-1',
        note: 'The provider’s back office shows it.',
        resolvedBy: 'Ada',
        idempotencyKey: 'r1',
      });
    const resolved = await resolve();
    expect([resolved.status, (resolved.body as RedeemedBody).data.redemption]).toMatchObject([
      200,
      { voucherCode: 'FOUND-1' },
    ]);
    expect((await resolve()).headers.get('idempotency-replayed')).toBe('true');
    expect((await list()).data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const story = await rig.story(shop, ids[0] ?? '');
    expect(story.events.find(({ type }) => type === 'FlagResolved')).toMatchObject({
      actor: { kind: 'admin', id: 'Ada' },
      data: { outcome: 'issued' },
    });
  });

  it('are resolved by an outcome that fits, or not at all', async () => {
    const id = await flagged();
    const refused = await rig.admin('POST', `/redemptions/${id}/resolve`, { outcome: 'used', note: 'Seen' });
    expect([refused.status, refused.body]).toMatchObject([409, { error: { code: 'FLAG_OUTCOME_NOT_APPLICABLE' } }]);
    for (const body of [
      { outcome: 'issued', note: 'No code' },
      { outcome: 'voided', note: 'With code', code: 'X' },
      { outcome: 'lost', note: 'Unknown outcome' },
      { outcome: 'voided' },
    ]) {
      expect([body, (await rig.admin('POST', `/redemptions/${id}/resolve`, body)).status]).toEqual([body, 400]);
    }
    const absent = await rig.admin('POST', `/redemptions/${MISSING_ID}/resolve`, { outcome: 'voided', note: 'x' });
    expect([absent.status, absent.body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  });
});

const MADE_COMPANIES =
  /^holdfast_http_request_duration_seconds_count\{method="POST",route="\/admin\/v1\/companies",status="2xx"\} [1-9]/m;

describe('Health and metrics', () => {
  it('are there without a key, and say what they should', async () => {
    expect((await rig.send('GET', '/health/live')).body).toEqual({ status: 'ok' });
    const ready = await rig.send('GET', '/health/ready');
    expect([ready.status, ready.body]).toMatchObject([200, { checks: { database: 'ok', migrations: 'ok' } }]);
    let body: unknown;
    // Each process counts for itself, and of several any may answer.
    await until(async () => {
      await rig.tenant();
      body = (await rig.send('GET', '/metrics')).body;
      return MADE_COMPANIES.test(String(body));
    });
    expect(body).toContain('holdfast_ledger_group_commands_count');
    expect(body).not.toContain('FOUND-1');
    expect(body).not.toContain(shop.key);
  });

  it('a database that lacks a migration is not ready; work that nobody takes is degraded', async () => {
    await rig.redeem(shop, 'c1', {}, { prefer: 'respond-async' });
    await rig.pool.query(`UPDATE saga_work SET due_at = now() - interval '1 minute'`);
    const late = await rig.send('GET', '/health/ready');
    expect([late.status, late.body]).toMatchObject([200, { status: 'degraded', checks: { queue: 'late' } }]);
    await rig.pool.query('UPDATE _prisma_migrations SET rolled_back_at = now()');
    const behind = await rig.send('GET', '/health/ready');
    expect([behind.status, behind.body]).toMatchObject([
      503,
      { status: 'unavailable', checks: { migrations: 'missing' } },
    ]);
  });
});
