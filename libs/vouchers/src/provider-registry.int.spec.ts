import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPrepare, KeyRing } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../../test/support/index.js';
import { ProviderSimulator } from '../../../test/support/provider/index.js';
import { keyOf } from '../../../test/support/provider/open-outside-provider.js';
import type { OutsideProvider, ProviderCall } from './provider-kind.js';
import { acceptProviderConfig, ProviderConfigError, sealProviderConfig } from './provider-kinds.js';
import { ProviderRegistry, UnknownProviderError } from './provider-registry.js';

const RING = KeyRing.parse(`1:${'00112233445566778899aabbccddeeff'.repeat(2)}`);
const name = 'shop';

let database: TestDatabase;
let pool: pg.Pool;
let simulator: ProviderSimulator;
let companyId: number;
let registry: ProviderRegistry;
let told: ProviderCall[];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.connectionString, max: 2 });
  simulator = await ProviderSimulator.start();
});
beforeEach(async () => {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO company (guid, name, base_currency, secret) VALUES (gen_random_uuid(), 'Test', 'EUR', 'unused') RETURNING id`,
  );
  companyId = rows[0]?.id ?? 0;
  told = [];
  registry = newRegistry({ refreshMs: 0 });
  simulator.forgetSeen();
});
afterEach(() => registry.close());
afterAll(async () => {
  await simulator.stop();
  await pool.end();
  await database.drop();
});

function newRegistry(options: { refreshMs?: number; allowPrivate?: boolean }): ProviderRegistry {
  return new ProviderRegistry({
    pool,
    prepare: createPrepare({ prepared: true }),
    encryptionKeys: RING,
    allowPrivate: true,
    onCall: (call) => told.push(call),
    ...options,
  });
}

/** Stores a version as the admin call does. */
async function put(version: number, config: Readonly<Record<string, unknown>>): Promise<void> {
  const read = acceptProviderConfig('http', { baseUrl: simulator.baseUrl, ...config }, { allowPrivate: true });
  const stored = sealProviderConfig(read, RING, { companyId, name });
  await insert(version, 'http', stored);
}

async function insert(version: number, kind: string, config: unknown): Promise<void> {
  await pool.query(
    'INSERT INTO voucher_provider (company_id, name, version, kind, config) VALUES ($1, $2, $3, $4, $5)',
    [companyId, name, version, kind, JSON.stringify(config)],
  );
}

async function resolve(version: bigint, from = registry): Promise<OutsideProvider> {
  const provider = await from.resolve({ companyId, name, version });
  if (provider.reach !== 'outside') throw new Error('This provider is outside.');
  return provider;
}

/** Changes are looked for in the background. */
async function resolveUntil(version: bigint, isDone: (provider: OutsideProvider) => boolean): Promise<OutsideProvider> {
  for (let tries = 0; tries < 500; tries += 1) {
    const provider = await resolve(version);
    if (isDone(provider)) return provider;
    await sleep(10);
  }
  throw new Error('The change never came.');
}

async function authorizationSent({ provider }: OutsideProvider): Promise<string | undefined> {
  await provider.find(keyOf('k'), { deadlineMs: performance.now() + 5_000, signal: AbortSignal.timeout(5_000) });
  return simulator.seen().at(-1)?.headers['authorization'];
}

describe('The provider a redemption is bound to', () => {
  it('is opened once, with its secrets, and tells of its calls', async () => {
    await put(1, { headers: { Authorization: 'Bearer one' }, concurrency: 3, ratePerSecond: 50 });
    const provider = await resolve(1n, newRegistry({}));
    expect(provider).toMatchObject({ currency: 'EUR', timeoutMs: 5_000, concurrency: 3, ratePerSecond: 50 });
    expect(await authorizationSent(provider)).toBe('Bearer one');
    expect(told).toMatchObject([{ provider: name, call: 'find', outcome: 'not_found' }]);
    await provider.close?.();
  });

  it('takes headers, time-outs and limits from a later version at the same address, and shares its breaker', async () => {
    await put(1, { headers: { Authorization: 'Bearer one' } });
    expect(await authorizationSent(await resolve(1n))).toBe('Bearer one');
    await put(2, { headers: { Authorization: 'Bearer two' }, timeoutMs: 1_000 });
    const provider = await resolveUntil(1n, ({ timeoutMs }) => timeoutMs === 1_000);
    expect(await authorizationSent(provider)).toBe('Bearer two');
    expect(await resolve(2n)).toBe(provider);
    expect(registry.conditions()).toMatchObject([{ companyId, name, version: 2n, condition: { breaker: 'closed' } }]);
  });

  it('never hands one address the secrets of another', async () => {
    await put(1, { headers: { Authorization: 'Bearer one' } });
    await put(2, { baseUrl: 'http://127.0.0.1:9', headers: { Authorization: 'Bearer two' } });
    await insert(3, 'generated', {});
    expect(await authorizationSent(await resolve(1n))).toBe('Bearer one');
    expect(await authorizationSent(await resolve(1n))).toBe('Bearer one');
  });

  it('serves although a later version can’t be read', async () => {
    await put(1, { headers: { Authorization: 'Bearer one' } });
    await insert(2, 'http', { baseUrl: 7 });
    await insert(3, 'http', { baseUrl: simulator.baseUrl, headers: { authorization: { sealed: 'gone:AAAA' } } });
    expect(await authorizationSent(await resolve(1n))).toBe('Bearer one');
  });

  it('is missed when it is not on record, until it is', async () => {
    await expect(resolve(1n)).rejects.toThrow(UnknownProviderError);
    await put(2, {});
    await expect(resolve(1n)).rejects.toThrow(UnknownProviderError);
    await put(1, {});
    expect((await resolve(1n)).reach).toBe('outside');
  });

  it('is refused when it can’t be read', async () => {
    await insert(1, 'http', { baseUrl: simulator.baseUrl, timeoutMs: 'soon' });
    await expect(resolve(1n)).rejects.toThrow(ProviderConfigError);
  });

  it('is not spoken to at a private address unless that is allowed', async () => {
    await put(1, {});
    const strict = newRegistry({ allowPrivate: false });
    await authorizationSent(await resolve(1n, strict));
    expect(simulator.counts.calls).toBe(0);
    expect(told).toMatchObject([{ outcome: 'unknown', cause: 'unreachable' }]);
    await strict.close();
  });
});
