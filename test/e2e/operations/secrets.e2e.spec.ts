import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ProviderSimulator } from '../../support/provider/index.js';
import { describeOnQueueBackends, startRedisServer, type RedisServer } from '../../support/index.js';
import { until } from '../../support/until.js';
import { FakeCollector } from './fake-collector.js';
import { OperatedProgram } from './operated-program.js';
import { readTables, RedisTranscript } from './stored-texts.js';

const canaries = {
  adminKey: 'canary-admin-key-5d41402abc4b2a76',
  encryptionKey: 'c0ffee11decafbad00112233445566778899aabbccddeeff0011223344556677',
  providerHeader: 'canary-header-secret-7c9e6679',
  email: 'canary.customer@example.com',
  phone: '+49 30 0canary0 4711',
  name: 'Canary Yellowfinch',
  metadata: 'canary-metadata-value',
  idempotencyKey: 'canary-idempotency-key',
};
const customerId = 'canary-customer-id';

describe('Secrets and what is personal', () => {
  describeOnQueueBackends((backend) => {
    let provider: ProviderSimulator;
    let collector: FakeCollector;
    let redis: RedisServer | undefined;
    let transcript: RedisTranscript | undefined;
    let program: OperatedProgram;
    /** All of the above and what the program made: codes and the API key. */
    let secrets: readonly string[];

    beforeAll(async () => {
      provider = await ProviderSimulator.start();
      collector = await FakeCollector.open();
      redis = backend.name === 'redis' ? await startRedisServer() : undefined;
      transcript = redis === undefined ? undefined : await RedisTranscript.open(redis.url);
      program = await OperatedProgram.start({
        LOG_LEVEL: 'trace',
        ADMIN_API_KEY: canaries.adminKey,
        ENCRYPTION_KEY: `1:${canaries.encryptionKey}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
        ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      });
      secrets = [...Object.values(canaries), customerId, ...(await useEverything())];
    });
    afterAll(async () => {
      await program.stop();
      transcript?.close();
      await redis?.stop();
      await collector.close();
      await provider.stop();
    });

    /** Every path on which a secret travels, failures among them. @returns what the program itself made. */
    async function useEverything(): Promise<readonly string[]> {
      const headers = { authorization: `Bearer ${canaries.providerHeader}` };
      const { id, key } = await program.company({ config: { baseUrl: provider.baseUrl, headers } });
      const { email, phone: phoneNumber, name, metadata: value, idempotencyKey } = canaries;
      const person = { name, email, phoneNumber };
      await program.send('PUT', `/customer/api/open/v1/loyalty/customers/${customerId}`, { 'x-api-key': key }, person);
      const more = { metadata: { value }, note: value };
      await program.loyalty(key, `/customers/${customerId}/points/earn`, { points: 100, ...more });
      const wanted = { rewardOptionId: 'r', rewardName: 'R', pointsCost: 10, metadata: { value } };
      const codes: string[] = [];
      const redeem = async (change: object) => {
        const { redemption } = await program.loyalty(key, `/customers/${customerId}/redeem`, { ...wanted, ...change });
        codes.push(String((redemption as { readonly voucherCode: unknown }).voucherCode));
        return String((redemption as { readonly id: unknown }).id);
      };
      await redeem({ idempotencyKey });
      provider.plan({ call: 'issue', mode: 'drop', times: 1 });
      await redeem({});
      const held = await redeem({ delayPointsDeduction: true });
      await program.loyalty(key, `/redemptions/${held}/release`, { reason: value });
      await program.admin('PUT', `/companies/${id}/voucher-providers/own`, {
        kind: 'generated',
        config: {},
        default: true,
      });
      await redeem({});
      await refused(key);
      return [key, key.slice(-20), ...codes];
    }

    /** Calls that go wrong are logged with more than those that don't. */
    async function refused(key: string): Promise<void> {
      const path = `${program.apiUrl}/customer/api/open/v1/loyalty/customers/${customerId}/redeem`;
      for (const body of [`{"voucherCode":"${canaries.metadata}`, JSON.stringify({ email: canaries.email })]) {
        const init = { method: 'POST', headers: { 'x-api-key': key, 'content-type': 'application/json' }, body };
        expect((await fetch(path, init)).status).toBe(400);
      }
      expect((await program.get(`${path}?api_key=${key}`, { 'x-api-key': `${key}x` })).status).toBeGreaterThan(400);
    }

    function found(text: string): readonly string[] {
      return secrets.filter((secret) => text.includes(secret));
    }

    it('were really there: the codes were handed out, the header was sent', () => {
      expect(secrets.every((secret) => secret.length >= 8 && !['null', 'undefined'].includes(secret))).toBe(true);
      expect(provider.seen()[0]?.headers['authorization']).toContain(canaries.providerHeader);
    });

    it('never stand in a line that either process prints, at the most talkative level', async () => {
      await until(() => program.output.includes('A voucher provider was called.'));
      expect(program.output.split('\n').length).toBeGreaterThan(5);
      expect(found(program.output)).toEqual([]);
    });

    it('never stand in a metric', async () => {
      const pages = await Promise.all([program.apiUrl, program.workerUrl].map((url) => program.get(`${url}/metrics`)));
      expect(found(pages.map(({ text }) => text).join('\n'))).toEqual([]);
    });

    it('never stand in a trace', async () => {
      await until(() => collector.spans.some(({ name }) => name === 'provider issue'));
      expect(found(collector.bodies.join('\n'))).toEqual([]);
    });

    it('never stand in the queue', async () => {
      const texts = transcript?.text ?? (await readTables(program.database.connectionString, 'bullmq'));
      expect(texts).toContain('saga-local');
      expect(found(texts)).toEqual([]);
    });

    it('stand in the database only where they may: what is personal in its own tables, codes and headers sealed', async () => {
      const client = new pg.Client({ connectionString: program.database.connectionString });
      await client.connect();
      const { rows } = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      await client.end();
      const personal = ['customer', 'private_text', 'wallet'];
      const tables = rows.map(({ name }) => name).filter((name) => !personal.includes(name));
      expect(tables).toContain('event');
      const texts = await readTables(program.database.connectionString, 'public', tables);
      expect(found(texts)).toEqual([]);
    });
  });
});
