import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli } from '../cli/cli-rig.js';
import { createTestDatabase, hasRedisServer, type TestDatabase } from '../../support/index.js';
import { startRedisCluster, type RedisCluster } from '../../support/redis-cluster.js';
import { FLEET_KEYS, ServiceFleet, type FleetTenant } from '../../support/service-fleet.js';

const COST = 3;
const isThere = hasRedisServer();
const how = isThere ? '' : ' (to run these: install redis-server)';

(isThere ? describe : describe.skip)(`Redemptions whose queues are on a Redis Cluster of three${how}`, () => {
  let database: TestDatabase;
  let cluster: RedisCluster;
  let fleet: ServiceFleet;
  let tenant: FleetTenant;

  beforeAll(async () => {
    [database, cluster] = await Promise.all([createTestDatabase(), startRedisCluster()]);
    fleet = new ServiceFleet({
      DATABASE_URL: database.connectionString,
      REDIS_URL: cluster.urls,
      REDIS_CLUSTER: 'true',
      LOG_LEVEL: 'info',
    });
    await Promise.all([fleet.join('api'), fleet.join('worker'), fleet.join('worker')]);
    tenant = await fleet.tenant();
    await fleet.call(tenant, 'customers/ada/points/earn', { points: 10_000 });
  });
  afterAll(async () => {
    await fleet.stop();
    await cluster.stop();
    await database.drop();
  });

  const redeem = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        fleet.call(tenant, 'customers/ada/redeem', {
          ...{ rewardOptionId: 'coffee', rewardName: 'A coffee', pointsCost: COST, idempotencyKey: `key-${from + i}` },
        }),
      ),
    );

  it('settle through the queue, and every key of one lies on the same node', async () => {
    for (let round = 0; round < 5; round += 1) {
      const answers = await redeem(round * 20, 20);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    }
    const said = fleet.workers.map(({ output }) => output).join('');
    expect(said).toContain('The first job came through the queue');
    // What a script of BullMQ's touches must be in one slot; of another slot's key a node would say CROSSSLOT or MOVED.
    expect(said).not.toMatch(/CROSSSLOT|MOVED/);
    const keys = await Promise.all([0, 1, 2].map((node) => cluster.ask(node, 'keys', '*')));
    const prefixes = keys.map((text) => [...new Set([...text.matchAll(/^\{[^}]*\}/gm)].map(([prefix]) => prefix))]);
    expect(prefixes.flat()).toEqual(['{holdfast:saga-local}']);
    expect(keys.join('\n').match(/^(?!\{holdfast:)./gm)).toBeNull();
  });

  it('settle without it, too, when the node of their queue is lost', async () => {
    const keys = await Promise.all([0, 1, 2].map((node) => cluster.ask(node, 'keys', '*')));
    await cluster.lose(keys.findIndex((text) => text.includes('saga-local')));
    const answers = await redeem(1_000, 20);
    expect(answers.filter(({ status }) => ![200, 202].includes(status))).toEqual([]);
    const ids = answers.map(({ body }) => (body['data'] as { redemption: { id: string } }).redemption.id);
    for (const id of ids) {
      let status: unknown;
      do status = (await fleet.call(tenant, `redemptions/${id}`)).body['data'];
      while ((status as { engineStatus?: string }).engineStatus !== 'committed');
    }
  });

  it('leave a ledger without a finding, and processes that end in order', async () => {
    const env = { DATABASE_URL: database.connectionString, ENCRYPTION_KEY: FLEET_KEYS };
    const { exitCode, out, err } = await runCli(['audit', 'verify', '--json'], env);
    expect([exitCode, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ findingsTotal: 0 });
    expect(await fleet.stop()).toEqual([0, 0, 0]);
  });
});
