import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { redisUrl } from '../../support/index.js';
import { ProviderSimulator } from '../../support/provider/index.js';
import { ServiceFleet, type FleetTenant } from '../../support/service-fleet.js';
import { startLoggingPostgres, type LoggedStatement, type LoggingPostgres } from '../../support/statement-log.js';

const COMPANIES = 5;
const CUSTOMERS = 4;
const ROUNDS = 3;
/** Ids that nothing else looks like: whatever the log shows of such a number is a company. */
const FIRST_ID = 910_000_001;
const COMPANY = /(?<![0-9A-Za-z])91000000\d(?![0-9A-Za-z])/g;

/** The statements of the hot path that name no company, and why. */
const OVER_ALL: readonly { readonly text: RegExp; readonly why: string }[] = [
  { text: /^(BEGIN|COMMIT|ROLLBACK)$/, why: 'a transaction’s frame' },
  {
    text: /^\s*SELECT company_id, redemption_id FROM saga_work\s+WHERE due_at <= statement_timestamp\(\) ORDER BY due_at/,
    why: 'the relay asks what is due, whoever’s it is, once for each time it wakes; it reads and locks nothing',
  },
  {
    text: /^SELECT \S+\s+FROM pg_advisory_xact_lock_shared/,
    why: 'locks are of wallets, whose ids are random; it reads no table',
  },
  { text: /min\(due_at\)/, why: 'the watchdog and the metrics ask how late things are' },
  {
    text: /FROM purchase_order(_refund)?\s+WHERE (applied|done)_at IS NULL/,
    why: 'orders that were cut off are looked for every few seconds',
  },
];

describe('Redemptions of several companies with LEDGER_GROUP_BY=company', () => {
  let postgres: LoggingPostgres;
  let provider: ProviderSimulator;
  let fleet: ServiceFleet;
  let statements: readonly LoggedStatement[];

  beforeAll(async () => {
    [postgres, provider] = await Promise.all([startLoggingPostgres(), ProviderSimulator.start({})]);
    const client = new pg.Client({ connectionString: postgres.connectionString });
    await client.connect();
    await client.query(`ALTER SEQUENCE company_id_seq RESTART WITH ${FIRST_ID}`);
    await client.end();
    const redis = redisUrl();
    fleet = new ServiceFleet({
      DATABASE_URL: postgres.connectionString,
      LEDGER_GROUP_BY: 'company',
      LEDGER_LANES: '2',
      QUEUE_PREFIX: `one-company-${process.pid}`,
      ...(redis === undefined ? {} : { REDIS_URL: redis }),
    });
    await Promise.all([fleet.join('api'), fleet.join('worker'), fleet.join('worker')]);
    // The first company's codes are generated, those of the others come from outside.
    const tenants: FleetTenant[] = [];
    for (let i = 0; i < COMPANIES; i += 1)
      tenants.push(await fleet.tenant('Shop', i === 0 ? undefined : provider.baseUrl));
    expect(tenants[0]?.id).toBe(FIRST_ID);
    const before = (await postgres.statements()).length;
    await Promise.all(tenants.flatMap((tenant) => Array.from({ length: CUSTOMERS }, (_, i) => shop(tenant, `c${i}`))));
    statements = (await postgres.statements()).slice(before).filter(isOfService);
  });
  afterAll(async () => {
    await fleet?.stop();
    await provider?.stop();
    await postgres?.stop();
  });

  /** What a customer does in a shop: earn, redeem at once and on an order, give back, look. */
  async function shop(tenant: FleetTenant, customer: string): Promise<void> {
    const post = async (path: string, body: object): Promise<string> => {
      const { status, body: said } = await fleet.call(tenant, path, body);
      expect({ path, status }).toEqual({ path, status: 200 });
      return (said['data'] as { redemption?: { id: string } }).redemption?.id ?? '';
    };
    const option = { rewardOptionId: 'coffee', rewardName: 'A coffee', pointsCost: 2 };
    await post(`customers/${customer}/points/earn`, { points: 100 });
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = `${customer}-${round}`;
      const spent = await post(`customers/${customer}/redeem`, { ...option, idempotencyKey: key });
      await post(`customers/${customer}/redeem`, { ...option, idempotencyKey: key });
      const held = await post(`customers/${customer}/redeem`, { ...option, delayPointsDeduction: true });
      await post(`redemptions/${held}/commit`, { orderId: `order-${key}` });
      const unwanted = await post(`customers/${customer}/redeem`, { ...option, delayPointsDeduction: true });
      await post(`redemptions/${unwanted}/release`, {});
      await post(`redemptions/${spent}/reverse`, {});
      for (const path of [`customers/${customer}/wallet`, `customers/${customer}/history`, `redemptions/${held}`]) {
        expect((await fleet.call(tenant, path)).status).toBe(200);
      }
    }
  }

  it('run in transactions that each stay with one company, as PostgreSQL’s own log says', () => {
    const companies = new Map<string, Set<string>>();
    for (const { transaction, parameters } of statements) {
      const named = companies.get(transaction) ?? new Set();
      for (const [id] of parameters.matchAll(COMPANY)) named.add(id);
      companies.set(transaction, named);
    }
    const all = [...companies.values()];
    expect(all.filter((named) => named.size > 1)).toEqual([]);
    // Or the log would have shown nothing.
    expect(all.filter((named) => named.size === 1).length).toBeGreaterThan(COMPANIES * CUSTOMERS * ROUNDS);
    expect(new Set(all.flatMap((named) => [...named])).size).toBe(COMPANIES);
  });

  it('name that company in every statement, but for a few that are over all of them and not of one redemption', () => {
    const nameless = statements.filter(({ parameters }) => parameters.match(COMPANY) === null);
    const texts = new Set(nameless.map(({ text }) => text.trim()));
    expect([...texts].filter((text) => !OVER_ALL.some((known) => known.text.test(text)))).toEqual([]);
  });

  it('have the company in the condition, or the row, of everything they read and write', () => {
    const naming = statements.filter(({ parameters }) => parameters.match(COMPANY) !== null);
    const texts = new Set(naming.map(({ text }) => text.trim()));
    expect([...texts].filter((text) => !/company_id|FROM "?(public"?\."?)?company"?/.test(text))).toEqual([]);
    expect(texts.size).toBeGreaterThan(15);
  });
});

/** Statements of the pools: those of the queue in PostgreSQL and of whatever asks at the start are not the ledger's. */
function isOfService({ application }: LoggedStatement): boolean {
  return /^holdfast-(api|worker)(-ledger)?$/.test(application);
}
