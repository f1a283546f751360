import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { admitService } from '#platform/migrate';
import { runCli } from '../cli/cli-rig.js';
import { createTestDatabase, type TestDatabase } from '../../support/index.js';
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../../support/pgbouncer.js';
import { FLEET_ADMIN_KEY, FLEET_KEYS, ServiceFleet, type FleetTenant } from '../../support/service-fleet.js';
import { ServiceProcess } from '../../support/service-process.js';

/** Fewer than the programs' pools have connections together, so that sessions go from one client to the other all the time. */
const SESSIONS = 4;
const CUSTOMERS = 5;
const REDEMPTIONS = 60;
const COST = 3;
const EARNED = 1_000;

const isThere = hasPgBouncer();
const how = isThere ? '' : ' (to run these: apt-get install pgbouncer)';

(isThere ? describe : describe.skip)(`Redemptions through PgBouncer in transaction mode${how}`, () => {
  let database: TestDatabase;
  let owner: pg.Client;
  let bouncer: PgBouncer;
  let fleet: ServiceFleet;
  let tenant: FleetTenant;
  const role = `holdfast_test_${randomBytes(8).toString('hex')}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new pg.Client({ connectionString: database.connectionString });
    await owner.connect();
  });
  afterAll(async () => {
    await fleet?.stop();
    await bouncer?.stop();
    // Roles belong to the server, which other tests use, too.
    await owner.query(`DROP OWNED BY ${role}`);
    await owner.query(`DROP ROLE ${role}`);
    await owner.end();
    await database.drop();
  });

  const direct = (): string => {
    const url = new URL(database.connectionString);
    [url.username, url.password] = [role, 'secret'];
    return url.href;
  };
  const settings = () => ({
    DATABASE_URL: bouncer.connectionString,
    DATABASE_DIRECT_URL: direct(),
    DATABASE_PREPARED: 'false',
    ENCRYPTION_KEY: FLEET_KEYS,
  });

  it('are not begun while sessions there lack a service’s limits, and it says which', async () => {
    await admitService(database.connectionString, direct());
    bouncer = await startPgBouncer({ connectionString: direct(), sessions: SESSIONS });
    const [api, worker] = (['api', 'worker'] as const).map((service) =>
      ServiceProcess.spawn(service, { ...settings(), ADMIN_API_KEY: FLEET_ADMIN_KEY, PORT: '0' }),
    );
    for (const one of [api, worker]) {
      expect(await one?.stopped()).toBe(1);
      expect(one?.output).toContain(`ALTER ROLE ${role} IN DATABASE`);
      expect(one?.output).toContain("SET idle_in_transaction_session_timeout = '5000'");
      expect(one?.output).toContain("SET enable_seqscan = 'off'");
      expect(one?.output).not.toContain('    at ');
    }
    await bouncer.stop();
  });

  it('are begun once "migrate" has given the role what it needs', async () => {
    const pooled = { ...settings(), DATABASE_MIGRATE_URL: database.connectionString };
    expect(await runCli(['migrate'], pooled)).toMatchObject({ exitCode: 0, err: '' });
    bouncer = await startPgBouncer({ connectionString: direct(), sessions: SESSIONS });
    fleet = new ServiceFleet(settings());
    await Promise.all([fleet.join('api'), fleet.join('worker')]);
    tenant = await fleet.tenant();
  });

  it('all settle, with one voucher each, also when they are asked for again', async () => {
    await Promise.all(
      Array.from({ length: CUSTOMERS }, (_, i) =>
        fleet.call(tenant, `customers/c${i}/points/earn`, { points: EARNED }),
      ),
    );
    const redeem = (i: number) =>
      fleet.call(tenant, `customers/c${i % CUSTOMERS}/redeem`, {
        ...{ rewardOptionId: 'coffee', rewardName: 'A coffee', pointsCost: COST, idempotencyKey: `key-${i}` },
      });
    const every = Array.from({ length: REDEMPTIONS }, (_, i) => i);
    const first = await Promise.all(every.map(redeem));
    const again = await Promise.all(every.map(redeem));
    expect([...first, ...again].filter(({ status }) => status !== 200)).toEqual([]);
    const told = (answers: typeof first) => answers.map(({ body }) => (body['data'] as Redeemed).redemption);
    expect(told(again).map(({ id, voucherCode }) => ({ id, voucherCode }))).toEqual(
      told(first).map(({ id, voucherCode }) => ({ id, voucherCode })),
    );
    expect(new Set(told(first).map(({ voucherCode }) => voucherCode)).size).toBe(REDEMPTIONS);
    for (let i = 0; i < CUSTOMERS; i += 1) {
      const { body } = await fleet.call(tenant, `customers/c${i}/wallet`);
      const burned = (REDEMPTIONS / CUSTOMERS) * COST;
      expect(body['data']).toMatchObject({ availablePoints: `${EARNED - burned}`, reservedPoints: '0' });
    }
  });

  it('went through the few sessions of the pooler, and only what listens, notifies or queues went past it', async () => {
    const { rows } = await owner.query<{ name: string; sessions: number }>(
      `SELECT application_name AS name, count(*)::int AS sessions FROM pg_stat_activity WHERE usename = $1 GROUP BY 1 ORDER BY 1`,
      [role],
    );
    const pooled = rows.filter(({ name }) => name === 'holdfast');
    expect(pooled).toHaveLength(1);
    expect(pooled[0]?.sessions).toBeLessThanOrEqual(SESSIONS);
    const past = rows.map(({ name }) => name).filter((name) => name !== 'holdfast');
    const allowed = /^holdfast-(queue|(api|worker)-(listener|notifier)|worker-checkpoints)$|^saga-local$/;
    expect(past.filter((name) => !allowed.test(name))).toEqual([]);
    expect(past).toContain('holdfast-api-listener');
  });

  it('leave a ledger without a finding, which the command line reads past the pooler', async () => {
    const { exitCode, out, err } = await runCli(['audit', 'verify', '--json'], settings());
    expect([exitCode, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ findingsTotal: 0, streams: CUSTOMERS });
    expect(await fleet.stop()).toEqual([0, 0]);
  });
});

interface Redeemed {
  readonly redemption: { readonly id: string; readonly voucherCode: string };
}
