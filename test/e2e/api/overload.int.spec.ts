import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auditLedger } from '../../bench/audit/audit-ledger.js';
import type { SettledAnswer } from '../../bench/scenario/scenario.js';
import { until } from '../../support/until.js';
import { ApiRig, type Tenant } from './api-rig.js';

/** Far fewer than in production, so that a small crowd is too much. */
const LIMITS = { delayMs: 50, atLeast: 20, crowd: { size: 20, forMs: 0 }, unknown: 40 };
const CROWD = 300;
const CUSTOMERS = 20;

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open({}, { admission: LIMITS });
  shop = await rig.tenant();
  for (let i = 0; i < CUSTOMERS; i++) await rig.earn(shop, `customer-${i}`, 1_000_000);
});
afterAll(() => rig.close());

function redeem(i: number) {
  return rig.redeem(shop, `customer-${i % CUSTOMERS}`, { idempotencyKey: `key-${i}` });
}

async function refusedSoFar(): Promise<number> {
  const metrics = String((await rig.send('GET', '/metrics')).body);
  return Number(/^holdfast_http_requests_refused_total (\d+)$/m.exec(metrics)?.[1]);
}

it('a crowd is served as far as it can be, the rest is told at once to come back, and nothing accepted is lost', async () => {
  // Nobody settles anything until some have been refused: so there is a crowd, however slowly it comes.
  const crowd = Promise.all(Array.from({ length: CROWD }, (_, i) => redeem(i)));
  await until(async () => (await refusedSoFar()) > 0);
  await rig.startWorker();
  const answers = await crowd;

  const refused = answers.filter(({ status }) => status === 503);
  const accepted = answers.filter(({ status }) => status === 200 || status === 202);
  expect(refused.length + accepted.length).toBe(CROWD);
  expect(accepted.length).toBeGreaterThanOrEqual(LIMITS.atLeast);
  for (const { headers, body } of refused) {
    expect([headers.get('retry-after'), body.error.code]).toEqual(['1', 'SERVICE_UNAVAILABLE']);
  }
  expect(await refusedSoFar()).toBe(refused.length);

  // What was refused wrote nothing: its key is free, and it may be sent again.
  const again = await redeem(answers.findIndex(({ status }) => status === 503));
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, null]);

  await until(async () => (await rig.pool.query('SELECT FROM saga_work')).rowCount === 0);
  const told = accepted.map(({ status, body: { data } }): SettledAnswer => {
    const { id, voucherCode, customerId } = data.redemption;
    return { redemptionId: id, customerId, ...(status === 202 ? {} : { voucherCode: voucherCode ?? '' }) };
  });
  const client = await rig.pool.connect();
  try {
    const audit = await auditLedger(client, { answers: told });
    expect(audit).toMatchObject({ findings: [], answers: accepted.length, redemptions: accepted.length + 1 });
  } finally {
    client.release();
  }
});
