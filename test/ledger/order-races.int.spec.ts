import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findingsIn } from '../support/ledger/stored-ledger.js';
import { OrderRig } from './order-rig.js';

/** Few in the suite; `npm run prove:orders` sets 200. */
const ROUNDS = Number(process.env['HOLDFAST_TEST_ROUNDS'] ?? 5);
const LIMIT_MS = 300_000 + ROUNDS * 1_000;
/** Holds that run out side by side: each is a second long at least. */
const AT_ONCE = 20;
/** An order is on its way to its commit for a while where many are, so most set out before the hold's end. */
const EARLIEST_MS = -120;
const STEP_MS = 7;
/** How long the worker looks at a redemption, before and after its hold's end together. */
const LOOKS_MS = 30;

let rig: OrderRig;
let turn = 0;

beforeAll(async () => {
  rig = await OrderRig.open();
});
afterAll(async () => {
  expect(await findingsIn(rig.ledger.pool)).toEqual([]);
  await rig.close();
});

interface Scene {
  readonly wallet: string;
  readonly redemption: string;
  readonly code: string;
}

/** A customer of 1,000 points who holds one coupon of 100. */
async function scene(holdSeconds = 900n): Promise<Scene> {
  turn += 1;
  const code = `RACE-${turn}`;
  const wallet = await rig.customer(`racer-${turn}`);
  return { wallet, redemption: await rig.held(wallet, code, 100n, holdSeconds), code };
}

/** Nothing is held any more, nothing was lost or made: what is not burned is there. */
async function expectConserved(wallet: string, burned: readonly bigint[]): Promise<bigint> {
  const balances = await rig.balances(wallet);
  expect(burned).toContain(balances.burned);
  expect([balances.available + balances.burned, balances.reserved]).toEqual([1_000n, 0n]);
  return balances.burned;
}

describe(`At the same time, ${ROUNDS} rounds`, () => {
  it(
    'the same order twice is one order and one deduction',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { wallet, code } = await scene();
        const both = await Promise.all([rig.order(wallet, [code]), rig.order(wallet, [code])]);
        expect(both[0].order.redemptions).toEqual(both[1].order.redemptions);
        await expectConserved(wallet, [100n]);
      }
    },
    LIMIT_MS,
  );

  it(
    'an order and the end of its hold: the order is paid, in time or late, and never twice',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { wallet, redemption, code } = await scene();
        const end = async () => {
          await rig.release(wallet, redemption).catch(() => undefined);
          await rig.advance(wallet, redemption);
        };
        const [{ order }] = await Promise.all([rig.order(wallet, [code]), end()]);
        await rig.advance(wallet, redemption);
        await expectConserved(wallet, [100n]);
        expect(order.redemptions).toMatchObject([{ points: 100n }]);
        expect((await rig.order(wallet, [code])).order.redemptions).toEqual(order.redemptions);
      }
    },
    LIMIT_MS,
  );

  it(
    'an order and the moment in which its hold runs out: the order is paid, in time or late, and never twice',
    async () => {
      for (let round = 0; round < ROUNDS; round += AT_ONCE) {
        await Promise.all(
          Array.from({ length: Math.min(AT_ONCE, ROUNDS - round) }, (_, i) => runOut(EARLIEST_MS + STEP_MS * i)),
        );
      }
    },
    LIMIT_MS,
  );

  /** Nobody asks for the release: the worker looks at the redemption, and the order comes, so many milliseconds beside the hold's end. */
  async function runOut(besideMs: number): Promise<void> {
    const { wallet, redemption, code } = await scene(1n);
    const endsMs = Number((await rig.redemption(redemption)).reserveExpiresAt) / 1_000;
    const worker = async () => {
      await sleep(endsMs - Date.now() - LOOKS_MS / 2);
      for (const startMs = Date.now(); Date.now() - startMs < LOOKS_MS;) await rig.advance(wallet, redemption);
    };
    const shop = async () => {
      await sleep(endsMs - Date.now() + besideMs);
      return rig.order(wallet, [code]);
    };
    const [{ order }] = await Promise.all([shop(), worker()]);
    await rig.advance(wallet, redemption);
    await expectConserved(wallet, [100n]);
    expect(order.redemptions).toMatchObject([{ points: 100n }]);
    const status = (await rig.redemption(redemption)).status;
    expect(['committed', 'expired']).toContain(status);
    expect((await rig.order(wallet, [code])).order.redemptions).toEqual(order.redemptions);
  }

  it(
    'a refund, a cancellation of the order and one of the redemption give the whole back, once',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { wallet, redemption, code } = await scene();
        const { orderId } = (await rig.order(wallet, [code])).order;
        const calls = [
          () => rig.refund(orderId, 1_700n, 'R-1'),
          () => rig.refund(orderId, 1_700n, 'R-1'),
          () => rig.cancel(orderId),
          () => rig.reverse(wallet, redemption),
        ];
        // Each round begins with another of them.
        await Promise.all([...calls.slice(round % 4), ...calls.slice(0, round % 4)].map((call) => call()));
        await expectConserved(wallet, [0n]);
        await Promise.all(calls.map((call) => call()));
        await expectConserved(wallet, [0n]);
      }
    },
    LIMIT_MS,
  );

  it(
    'an order and its own refund: nothing is refunded that was not deducted',
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const { wallet, code } = await scene();
        const refund = rig.refund(`O-${code}`, 4_500n, 'R-1').catch((error: unknown) => error);
        await Promise.all([rig.order(wallet, [code]), refund]);
        const burned = await expectConserved(wallet, [0n, 100n]);
        await rig.refund(`O-${code}`, 4_500n, 'R-1');
        await expectConserved(wallet, [0n]);
        expect([0n, 100n]).toContain(burned);
      }
    },
    LIMIT_MS,
  );
});
