import { describe, expect, it } from '@jest/globals';
import { uuidV7 } from '#platform';
import type { OutsideProvider, VoucherKey } from '#vouchers';
import { httpProvider, request } from '../support/ledger/ledger-rig.js';
import { judge } from './oracle/judge.js';
import { VirtualEngine } from './virtual/virtual-engine.js';

const HOUR_MS = 3_600_000;
const BREAKER_MS = 10_000;
/** The whole number is waited for by `npm run prove:faults`; what is decided is the same for each. */
const WAITING = process.env['HOLDFAST_FAULTS'] === 'whole' ? 1_000 : 200;

/** A provider that refuses connections until it comes back, behind a breaker that lets one call try every ten seconds. */
function providerThatIsDown() {
  const issued = new Map<string, string>();
  const shop = { isUp: false, calls: 0, cancels: 0, clock: () => 0, issued };
  let shutUntilMs = 0;
  const outside: OutsideProvider = {
    reach: 'outside',
    timeoutMs: 5_000,
    currency: 'EUR',
    condition: () => {
      const isShut = shop.clock() < shutUntilMs;
      return { breaker: isShut ? 'open' : 'closed', isShut, inFlight: 0, waiting: 0 };
    },
    provider: {
      issue: async ({ providerKey }: VoucherKey) => {
        shop.calls += 1;
        if (!shop.isUp) {
          shutUntilMs = shop.clock() + BREAKER_MS;
          return { kind: 'not_sent' };
        }
        issued.set(providerKey, `CODE-${issued.size}`);
        return {
          kind: 'issued',
          voucher: { code: `CODE-${issued.size}`, externalId: undefined, expiresAt: undefined },
        };
      },
      find: async () => ({ kind: 'unknown' }),
      cancel: async () => {
        shop.cancels += 1;
        return { kind: 'unknown' };
      },
    },
  };
  return { shop, outside };
}

describe(`A provider that is down for an hour while ${WAITING} redemptions wait`, () => {
  it.each([
    { name: 'that may wait for a quarter of an hour get their points back', ttlSeconds: 900n, ends: 'expired' },
    { name: 'that may wait for two hours get their voucher once it is back', ttlSeconds: 7_200n, ends: 'committed' },
  ])('$name, and nobody is bothered', async ({ ttlSeconds, ends }) => {
    const { shop, outside } = providerThatIsDown();
    const engine = new VirtualEngine(outside);
    shop.clock = () => engine.nowMs;
    const startMs = engine.nowMs;
    for (let i = 0; i < WAITING; i += 1) {
      const redemptionId = uuidV7();
      const provider = { ...httpProvider(), key: redemptionId };
      const change = { redemptionId, provider, callSeconds: ttlSeconds, holdSeconds: ttlSeconds };
      engine.open(request(30n, { ...change, deduction: i % 2 === 0 ? 'immediate' : 'order' }));
    }
    await engine.run(startMs + HOUR_MS);
    if (ends === 'committed') expect(engine.unfinished).toBe(WAITING);
    shop.isUp = true;
    // Those that deduct on an order get their voucher, and their hold runs out without one; here the voucher then can't be voided.
    await engine.run(startMs + HOUR_MS + 60_000);
    const immediate = engine.redemptions.filter(({ deduction }) => deduction === 'immediate');
    const delayed = engine.redemptions.filter(({ deduction }) => deduction === 'order');
    expect(new Set(immediate.map(({ status }) => status))).toEqual(new Set([ends]));
    expect(new Set(delayed.map(({ status }) => status))).toEqual(new Set([ends === 'committed' ? 'reserved' : ends]));
    expect(engine.redemptions.flatMap(({ flags }) => flags)).toEqual([]);
    expect(shop.cancels).toBe(0);
    expect(shop.issued.size).toBe(ends === 'committed' ? WAITING : 0);
    const effects = [...shop.issued].map(([key, code], i) => {
      return { seq: i + 1, at: new Date(engine.nowMs).toISOString(), key, effect: 'issued' as const, code };
    });
    const evidence = { ...engine.evidence(), effects, sentIssues: [], brokenPromises: new Set<string>() };
    expect(judge(evidence)).toEqual([]);
  });
});
