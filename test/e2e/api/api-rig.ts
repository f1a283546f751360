import 'reflect-metadata';
import { createLogger, createPool, loadServiceConfig, type ApiKeyScope, type ServiceConfig } from '#platform';
import type pg from 'pg';
import type {
  LedgerEntryAnswer,
  ListAnswer,
  PointsChangedAnswer,
  RedeemedAnswer,
  RedeemerAnswer,
  RedemptionAnswer,
  RedemptionStoryAnswer,
  WalletAnswer,
} from '../../../apps/api/src/dialects/bitbybit/answer-schemas.js';
import type { ErrorEnvelope } from '../../../apps/api/src/http/error-envelope.js';
import { createApi, type Api, type ApiOptions } from '../../../apps/api/src/create-api.js';
import { openEngine, type Engine } from '../../../apps/api/src/engine/engine.js';
import { Metrics } from '../../../apps/api/src/metrics/metrics.js';
import { composeWorker } from '../../../apps/worker/src/worker.module.js';
import { FleetInPlace } from '../../support/fleet-in-place.js';
import { createTestDatabase, redisUrl, type TestDatabase } from '../../support/index.js';

export const LOYALTY = '/customer/api/open/v1/loyalty';
export const CATALOGUE = '/bitlogin/api/open/v1/loyalty';
export const ADMIN_KEY = 'an-admin-key-for-the-tests';
export const ALL_SCOPES: readonly ApiKeyScope[] = [
  'redemptions:write',
  'points:write',
  'wallets:read',
  'catalogue:write',
];

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a call about a redemption is answered with: `data`, or `error` and perhaps `redemption`. */
export type RedeemedBody = RedeemedAnswer & ErrorEnvelope & { readonly redemption: RedemptionAnswer };
export type PointsBody = PointsChangedAnswer & ErrorEnvelope;

export interface Sent {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A company with a key that may do everything. */
export interface Tenant {
  readonly id: number;
  /** What Yotpo’s and BonifiQ’s callers name the company by. */
  readonly guid?: string;
  readonly key: string;
}

/** The API as the program composes it, listening on a port of its own over a fresh database; with a worker where one is asked for. */
export class ApiRig {
  private stopWorker: (() => Promise<void>) | undefined;

  private constructor(
    private readonly database: TestDatabase,
    private readonly config: ServiceConfig,
    readonly engine: Engine,
    readonly api: Api,
    readonly baseUrl: string,
    readonly pool: pg.Pool,
    private readonly fleet: FleetInPlace | undefined,
  ) {}

  static async open(
    env: Readonly<Record<string, string>> = {},
    options: Pick<ApiOptions, 'admission'> = {},
  ): Promise<ApiRig> {
    const database = await createTestDatabase();
    const settings = {
      DATABASE_URL: database.connectionString,
      ADMIN_API_KEY: ADMIN_KEY,
      ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      LOG_LEVEL: process.env['HOLDFAST_TEST_LOG'] ?? 'silent',
      ...env,
    };
    const config = loadServiceConfig(settings);
    const logger = createLogger({ app: 'api', level: config.logLevel });
    const metrics = new Metrics();
    const engine = openEngine({ config, logger, observer: metrics.ledgerObserver });
    // Jest can't load what serves the documentation pages; they are tested in a process of their own.
    const api = await createApi(engine, metrics, { documentation: false, ...options });
    await api.app.listen(0, '127.0.0.1');
    const pool = createPool(config.database, { applicationName: 'test', logger, max: 2 });
    const fleet = FleetInPlace.isWanted ? await FleetInPlace.open(onOneRedis(settings)) : undefined;
    return new ApiRig(database, config, engine, api, await api.app.getUrl(), pool, fleet);
  }

  get connectionString(): string {
    return this.database.connectionString;
  }

  async startWorker(): Promise<void> {
    if (this.fleet !== undefined) return this.fleet.startWorkers();
    const logger = createLogger({ app: 'worker', level: this.config.logLevel });
    const pool = createPool(this.config.database, { applicationName: 'holdfast-worker', logger, max: 3 });
    const giveUp = () => {
      throw new Error('The watchdog gave the worker up.');
    };
    const worker = composeWorker({ config: this.config, logger, giveUp }, pool);
    await worker.start();
    this.stopWorker = async () => {
      await worker.stop();
      await pool.end();
    };
  }

  async close(): Promise<void> {
    await this.fleet?.stop();
    await this.stopWorker?.();
    await this.api.app.close();
    await this.engine.close();
    await this.pool.end();
    await this.database.drop();
  }

  /** One request. A body that is a string or bytes is sent as it is, anything else as JSON. */
  async send(method: string, path: string, { key, body, headers = {} }: Sent = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.fleet?.nextUrl() ?? this.baseUrl}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await response.text();
    await this.fleet?.know(method, path);
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: json ? (JSON.parse(text) as unknown) : text };
  }

  admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send(method, `/admin/v1${path}`, {
      headers: { 'x-admin-key': ADMIN_KEY },
      ...(body === undefined ? {} : { body }),
    });
  }

  async tenant(name = 'Shop', scopes: readonly string[] = ALL_SCOPES): Promise<Tenant> {
    const { body } = (await this.admin('POST', '/companies', { name })) as Answer<{
      data: { id: number; guid: string };
    }>;
    const { id, guid } = body.data;
    return { id, guid, key: await this.key(id, scopes) };
  }

  async key(companyId: number, scopes: readonly string[]): Promise<string> {
    const path = `/companies/${companyId}/api-keys`;
    const { body } = (await this.admin('POST', path, { name: 'till', scopes })) as Answer<{ data: { apiKey: string } }>;
    return body.data.apiKey;
  }

  async earn(
    { key }: Tenant,
    customerId: string,
    points: number | string,
    more: object = {},
  ): Promise<Answer<PointsBody>> {
    const path = `${LOYALTY}/customers/${encodeURIComponent(customerId)}/points/earn`;
    return (await this.send('POST', path, { key, body: { points, ...more } })) as Answer<PointsBody>;
  }

  async redeem(
    { key }: Tenant,
    customerId: string,
    more: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<RedeemedBody>> {
    const path = `${LOYALTY}/customers/${encodeURIComponent(customerId)}/redeem`;
    const body = { rewardOptionId: 'ro_1', rewardName: 'Ten off', pointsCost: 100, ...more };
    return (await this.send('POST', path, { key, body, headers })) as Answer<RedeemedBody>;
  }

  async act(
    { key }: Tenant,
    redemptionId: string,
    action: 'commit' | 'release' | 'reverse',
    body: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<RedeemedBody>> {
    const path = `${LOYALTY}/redemptions/${redemptionId}/${action}`;
    return (await this.send('POST', path, { key, body, headers })) as Answer<RedeemedBody>;
  }

  read({ key }: Tenant, path: string): Promise<Answer> {
    return this.send('GET', `${LOYALTY}${path}`, { key });
  }

  async wallet(tenant: Tenant, customerId: string): Promise<WalletAnswer> {
    const { body } = await this.read(tenant, `/customers/${encodeURIComponent(customerId)}/wallet`);
    return (body as { data: WalletAnswer }).data;
  }

  async story(tenant: Tenant, redemptionId: string): Promise<RedemptionStoryAnswer['data']> {
    return ((await this.read(tenant, `/redemptions/${redemptionId}`)).body as RedemptionStoryAnswer).data;
  }

  async history(tenant: Tenant, customerId: string, query = ''): Promise<ListAnswer<LedgerEntryAnswer>> {
    return (await this.read(tenant, `/customers/${customerId}/history${query}`)).body as ListAnswer<LedgerEntryAnswer>;
  }

  async redemptions(tenant: Tenant, customerId: string, query = ''): Promise<ListAnswer<RedemptionAnswer>> {
    return (await this.read(tenant, `/customers/${customerId}/redemptions${query}`))
      .body as ListAnswer<RedemptionAnswer>;
  }

  async redeemers(tenant: Tenant, rewardOptionId: string, query = ''): Promise<ListAnswer<RedeemerAnswer>> {
    return (await this.read(tenant, `/rewards/${rewardOptionId}/redeemers${query}`)).body as ListAnswer<RedeemerAnswer>;
  }
}

/** What a fleet's workers share besides the database; each database has queues of its own there. */
function onOneRedis(settings: Readonly<Record<string, string>> & { readonly DATABASE_URL: string }) {
  const redis = redisUrl();
  const prefix = new URL(settings.DATABASE_URL).pathname.slice(1);
  return { ...settings, QUEUE_PREFIX: prefix, ...(redis === undefined ? {} : { REDIS_URL: redis }) };
}
