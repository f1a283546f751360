import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OptionTerms } from '#domain';
import { uuidV7 } from '#platform';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import {
  advance,
  earn,
  httpProvider,
  key,
  openRig,
  request,
  voucher,
  type LedgerRig,
} from '../support/ledger/ledger-rig.js';

/** What the connections of a program are started with; see `byIndexOnly` of the pool. */
const BY_INDEX_ONLY =
  'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan';

describe('The plans of the ledger’s statements, on a database without statistics', () => {
  let db: TestDatabase;
  let rig: LedgerRig;
  const statements = new Map<string, string>();

  beforeAll(async () => {
    db = await createTestDatabase();
    rig = openRig(db.connectionString);
    const query = jest.spyOn(pg.Client.prototype, 'query');
    await useEveryStatement(rig);
    for (const [config] of query.mock.calls as unknown as [{ name?: string; text?: string } | string][]) {
      if (typeof config === 'object' && config.name !== undefined) statements.set(config.name, config.text as string);
    }
    query.mockRestore();
  });

  afterAll(async () => {
    await rig.stop();
    await db.drop();
  });

  it('find every row by a whole key, and read no table from end to end', async () => {
    const client = new pg.Client({ connectionString: db.connectionString });
    await client.connect();
    await client.query(BY_INDEX_ONLY);
    const plans: string[] = [];
    for (const [name, text] of statements) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`);
      plans.push(...rows.map((row) => `${name}: ${row['QUERY PLAN'].trim()}`));
    }
    await client.end();
    expect(statements.size).toBeGreaterThan(20);
    expect(plans.filter((line) => /Seq Scan|Hash Join|Merge Join/.test(line))).toEqual([]);
    // A condition on the company alone would walk over everything the company ever did.
    expect(plans.filter((line) => /Index Cond: \(company_id = [^()]*\)$/.test(line))).toEqual([]);
    expect(plans.filter((line) => line.includes('Index Cond')).length).toBeGreaterThan(20);
  });
});

const terms: OptionTerms = {
  currency: 'EUR',
  discountType: 'fixed_amount',
  discountValue: '1',
  codePrefix: undefined,
  expiration: undefined,
  limits: [],
  limitsReturnOnRefund: false,
};

async function useEveryStatement(rig: LedgerRig): Promise<void> {
  const wallet = await rig.walletWith(1, 'customer', 100n);
  const asked = request(10n);
  const keyed = { key: key('k'), privateText: { idempotencyKey: 'k' } };
  await rig.run(1, wallet, asked, keyed);
  await rig.run(1, wallet, asked, { ...keyed, commandId: uuidV7() });
  const { redemptionId } = asked;
  await rig.run(1, wallet, { type: 'FlagRedemption', redemptionId, reason: 'code_ambiguous' });
  await rig.run(1, wallet, { type: 'ResolveFlags', redemptionId, outcome: 'accept_loss', voucher: undefined });
  await rig.run(1, wallet, advance(redemptionId, voucher('code')));
  await rig.run(1, wallet, { type: 'ReverseRedemption', redemptionId, points: undefined }, { key: key('r') });
  // Already so: its key is claimed and given up beside a command that writes.
  await Promise.all([
    rig.run(1, wallet, { type: 'ReverseRedemption', redemptionId, points: undefined }, { key: key('n') }),
    rig.run(1, wallet, earn(1n)),
  ]);
  const pooled = uuidV7();
  await rig.run(
    1,
    wallet,
    request(1n, { redemptionId: pooled, provider: { ...asked.provider!, kind: 'pool', key: pooled } }),
  );
  await rig.run(1, wallet, advance(pooled));
  const limited = request(1n, { terms: { ...terms, limits: [{ counter: 'stock:1', max: 1n }] } });
  await rig.run(1, wallet, limited);
  await rig.run(1, wallet, advance(limited.redemptionId, voucher('limited')));
  // Two that a provider outside gives the same code.
  for (const outside of [uuidV7(), uuidV7()]) {
    await rig.run(1, wallet, request(1n, { redemptionId: outside, provider: httpProvider() }));
    const call = { timeoutMs: 1_000, notFound: false };
    await rig.run(1, wallet, { type: 'AdvanceRedemption', redemptionId: outside, voucher: undefined, call });
    const answer = { kind: 'issued', voucher: voucher('the same') } as const;
    await rig.run(1, wallet, { type: 'RecordCallAnswer', redemptionId: outside, attempt: 1, answer });
  }
  await rig.sagaWork.claimDue({ limit: 1, leaseMs: 1000 });
  await rig.sagaWork.backOff([{ companyId: 1, redemptionId, delayMs: 10, tries: 1 }]);
  await rig.sagaWork.overdueMs();
  const view = await rig.reader.view({ companyId: 1, redemptionId });
  await rig.reader.load([{ companyId: 1, redemptionId }]);
  await rig.reader.wallet(1, wallet);
  await rig.reader.events(1, wallet, view!.redemption);
  await rig.reader.entry(1, wallet, 2n);
}
