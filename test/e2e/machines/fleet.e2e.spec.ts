import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCli } from '../cli/cli-rig.js';
import { createTestDatabase, redisUrl, type TestDatabase } from '../../support/index.js';
import { seededRandom } from '../../support/ledger/seeded-random.js';
import { FLEET_KEYS, ServiceFleet, type FleetAnswer, type FleetTenant } from '../../support/service-fleet.js';
import type { Service } from '../../support/service-process.js';
import { EARNED, FleetLoad, redemptionIn } from './fleet-load.js';

const isProof = process.env['HOLDFAST_SCALE_SECONDS'] !== undefined;
const seconds = Number(process.env['HOLDFAST_SCALE_SECONDS'] ?? '5');
const seed = Number(process.env['HOLDFAST_SCALE_SEED'] ?? '1');
const APIS = 2;
const WORKERS = 3;
const CUSTOMERS = 20;
const CALLERS = 8;
const CHECKED_AT_ONCE = 50;

// Whole processes start here, many of them; a busy machine takes its time.
jest.setTimeout(seconds * 1_000 + 300_000);

/** An API and a worker go in every round: one in order, the other as a lost machine does. */
const ROUNDS = [
  { api: 'leaves', worker: 'is lost' },
  { api: 'is lost', worker: 'leaves' },
] as const;

describe('Two APIs and three workers on one PostgreSQL and one Redis', () => {
  let database: TestDatabase;
  let fleet: ServiceFleet;
  let load: FleetLoad;
  let tenants: readonly FleetTenant[];
  const random = seededRandom(seed);
  const changes: Record<string, number> = {};

  beforeAll(async () => {
    database = await createTestDatabase();
    const redis = redisUrl();
    fleet = new ServiceFleet({
      DATABASE_URL: database.connectionString,
      QUEUE_PREFIX: `fleet-${process.pid}`,
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    });
    const join = (service: Service, count: number) => Array.from({ length: count }, () => fleet.join(service));
    await Promise.all([...join('api', APIS), ...join('worker', WORKERS)]);
    tenants = [await fleet.tenant('One'), await fleet.tenant('Other')];
    load = new FleetLoad(fleet, tenants, seededRandom(seed + 1), CUSTOMERS);
    await load.earn();
  });

  async function replace(service: Service, how: 'leaves' | 'is lost'): Promise<void> {
    const one = random.pick(service === 'api' ? fleet.apis : fleet.workers);
    if (how === 'is lost') await fleet.lose(one);
    else expect(await fleet.leave(one)).toBe(0);
    changes[`${service} ${how}`] = (changes[`${service} ${how}`] ?? 0) + 1;
    await fleet.join(service);
  }

  afterAll(async () => {
    await fleet.stop();
    await database.drop();
  });

  it(`serve ${CALLERS} callers without pause while processes join, leave and are lost (${seconds} s, seed ${seed})`, async () => {
    const running = load.run(CALLERS);
    const endMs = performance.now() + seconds * 1_000;
    do {
      for (const round of ROUNDS) {
        await Promise.all([replace('api', round.api), replace('worker', round.worker)]);
      }
    } while (performance.now() < endMs);
    load.stop();
    await running;
    expect(load.wrong).toEqual([]);
    expect(load.told.length).toBeGreaterThan(0);
  });

  it('settle all of it, and every answer that was given still holds', async () => {
    const answers: FleetAnswer[] = [];
    for (let from = 0; from < load.told.length; from += CHECKED_AT_ONCE) {
      const some = load.told.slice(from, from + CHECKED_AT_ONCE);
      answers.push(...(await Promise.all(some.map((told) => load.again(told, load.tenantOf(told.key))))));
    }
    answers.forEach(({ status, body }, i) => {
      const told = load.told[i];
      const now = redemptionIn(body);
      // 202 said "not yet"; whoever had a voucher has the same one for ever.
      expect({ key: told?.key, id: now?.id, status }).toEqual({ key: told?.key, id: told?.id, status: 200 });
      if (told?.status === 200)
        expect({ key: told.key, code: now?.voucherCode }).toEqual({ key: told.key, code: told.code });
    });
    const codes = answers.map(({ body }) => redemptionIn(body)?.voucherCode);
    expect(new Set(codes).size).toBe(load.told.length);
  });

  it('took from every customer what was redeemed, to the point', async () => {
    for (const tenant of tenants) {
      for (const customer of load.customersOf()) {
        const mine = load.told.filter((told) => told.customer === customer && load.tenantOf(told.key) === tenant);
        const cost = mine.reduce((sum, told) => sum + told.cost, 0);
        const { body } = await fleet.call(tenant, `customers/${customer}/wallet`);
        expect(body['data']).toMatchObject({
          ...{ availablePoints: `${EARNED - cost}`, reservedPoints: '0', lifetimeBurnedPoints: `${cost}` },
        });
      }
    }
  });

  it('leave a ledger without a finding, and end in order', async () => {
    const env = { DATABASE_URL: database.connectionString, ENCRYPTION_KEY: FLEET_KEYS };
    const { exitCode, out, err } = await runCli(['audit', 'verify', '--json'], env);
    expect([exitCode, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ findingsTotal: 0, streams: tenants.length * CUSTOMERS });
    expect(await fleet.stop()).toEqual(Array(APIS + WORKERS).fill(0));
    if (isProof) console.log({ seed, seconds, redemptions: load.told.length, repeated: load.repeated, changes });
  });
});
