import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OrderRig, ORIGIN } from './order-rig.js';

let rig: OrderRig;
let wallet: string;
let turn = 0;

beforeAll(async () => {
  rig = await OrderRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  turn += 1;
  wallet = await rig.customer(`anna-${turn}`);
});

const code = (name = 'A'): string => `CODE-${turn}-${name}`;

describe('An order', () => {
  it('commits what its codes hold, and the same order again changes nothing', async () => {
    const [first, second] = [await rig.held(wallet, code('A')), await rig.held(wallet, code('B'), 30n)];
    const applied = await rig.order(wallet, [code('A'), code('B'), 'WELCOME10']);
    expect(applied.repeated).toBe(false);
    expect(applied.order.redemptions.map(({ payingId, points }) => [payingId, points])).toEqual(
      [
        [first, 100n],
        [second, 30n],
      ].sort(),
    );
    expect(await rig.balances(wallet)).toEqual({ available: 870n, reserved: 0n, burned: 130n });
    const again = await rig.order(wallet, [code('A'), code('B'), 'WELCOME10']);
    expect(again).toEqual({ order: applied.order, repeated: true });
    expect((await rig.balances(wallet)).burned).toBe(130n);
  });

  it('with the same id and another content is refused', async () => {
    await rig.held(wallet, code('A'));
    await rig.held(wallet, code('B'));
    await rig.order(wallet, [code('A')]);
    const differs = { code: 'ORDER_DIFFERS' };
    await expect(rig.order(wallet, [code('A')], { totalCents: 4_501n })).rejects.toMatchObject(differs);
    await expect(rig.order(wallet, [code('A')], { currency: 'EUR' })).rejects.toMatchObject(differs);
    await expect(rig.order(wallet, [code('A'), code('B')])).rejects.toMatchObject(differs);
    await expect(rig.order(wallet, [], { orderId: `O-${code('A')}` })).rejects.toMatchObject(differs);
    expect((await rig.balances(wallet)).burned).toBe(100n);
  });

  it('with another customer’s code, or one that another order used, leaves nothing behind', async () => {
    const other = await rig.customer(`bert-${turn}`);
    await rig.held(other, code('bert'));
    await rig.held(wallet, code('A'));
    const codes = [code('A'), code('bert')];
    await expect(rig.order(wallet, codes)).rejects.toMatchObject({ code: 'CODE_OF_ANOTHER_CUSTOMER' });
    expect(await rig.rows('purchase_order', `O-${code('A')}`)).toBe(0);
    await rig.order(wallet, [code('A')], { orderId: `first-${turn}` });
    await expect(rig.order(wallet, [code('A')])).rejects.toMatchObject({ code: 'CODE_ALREADY_USED' });
    expect(await rig.rows('purchase_order', `O-${code('A')}`)).toBe(0);
    expect(await rig.balances(wallet)).toEqual({ available: 900n, reserved: 0n, burned: 100n });
    expect((await rig.balances(other)).reserved).toBe(100n);
  });

  it('with a code that two live vouchers have is refused', async () => {
    await rig.held(wallet, code('A'));
    await rig.held(wallet, code('A'));
    await expect(rig.order(wallet, [code('A')])).rejects.toMatchObject({ code: 'CODE_AMBIGUOUS' });
    expect((await rig.balances(wallet)).reserved).toBe(200n);
  });

  it('that comes late is paid by a new redemption; where the balance is short it stands, and is flagged', async () => {
    const [paid, unpaid] = [await rig.held(wallet, code('A')), await rig.held(wallet, code('B'), 600n)];
    for (const id of [paid, unpaid]) {
      await rig.release(wallet, id);
      await rig.advance(wallet, id);
    }
    expect((await rig.balances(wallet)).available).toBe(1_000n);
    await rig.ledger.run(ORIGIN.companyId, wallet, {
      type: 'AdjustPoints',
      pointsDelta: -500n,
      referenceType: 'manual',
      referenceId: undefined,
    });
    const { order } = await rig.order(wallet, [code('A')]);
    const [ordered] = order.redemptions;
    expect(ordered?.payingId).toBe(ordered?.recoveryId);
    expect((await rig.redemption(ordered?.payingId ?? '')).recoversRedemptionId).toBe(paid);
    const late = await rig.order(wallet, [code('B')]);
    expect(late.order.redemptions).toMatchObject([{ payingId: undefined, points: 0n }]);
    expect((await rig.redemption(unpaid)).flags).toContain('late_order_unpaid');
    expect(await rig.balances(wallet)).toEqual({ available: 400n, reserved: 0n, burned: 100n });
    await rig.refund(order.orderId, 4_500n);
    expect((await rig.balances(wallet)).available).toBe(500n);
  });

  it('whose process died between its record and its commits is finished by the repeat, or by the sweep', async () => {
    await rig.held(wallet, code('A'));
    await rig.held(wallet, code('B'));
    const { orders } = rig.ledger;
    for (const name of ['A', 'B']) {
      expect(await rig.dying(() => rig.order(wallet, [code(name)]))).toMatchObject({ message: 'the process died' });
    }
    expect(await rig.balances(wallet)).toMatchObject({ reserved: 200n, burned: 0n });
    await rig.order(wallet, [code('A')]);
    expect(await rig.balances(wallet)).toMatchObject({ reserved: 100n, burned: 100n });
    const [left] = await orders.unfinished({ olderThanMs: 0, limit: 10 });
    expect(left).toEqual({ companyId: ORIGIN.companyId, orderId: `O-${code('B')}` });
    await orders.resume(ORIGIN, `O-${code('B')}`);
    expect(await rig.balances(wallet)).toMatchObject({ reserved: 0n, burned: 200n });
    expect(await orders.unfinished({ olderThanMs: 0, limit: 10 })).toEqual([]);
  });
});

describe('A refund', () => {
  const orderId = (): string => `O-${code('A')}`;

  beforeEach(async () => {
    await rig.held(wallet, code('A'));
    await rig.order(wallet, [code('A')]);
  });

  it('of everything gives everything back, once for its id', async () => {
    const given = await rig.refund(orderId(), 4_500n, 'R-1');
    expect(given.repeated).toBe(false);
    expect((await rig.refund(orderId(), 4_500n, 'R-1')).repeated).toBe(true);
    expect(await rig.balances(wallet)).toEqual({ available: 1_000n, reserved: 0n, burned: 0n });
    await expect(rig.refund(orderId(), 4_000n, 'R-1')).rejects.toMatchObject({ code: 'REFUND_DIFFERS' });
    expect((await rig.order(wallet, [code('A')])).repeated).toBe(true);
    expect((await rig.balances(wallet)).burned).toBe(0n);
  });

  it('of a part gives its share, rounded down, and all parts together the whole and no more', async () => {
    const shares: bigint[] = [];
    for (const cents of [1_499n, 1_499n, 1_499n, 900n]) {
      shares.push((await rig.refund(orderId(), cents)).refund.parts.reduce((sum, { points }) => sum + points, 0n));
    }
    expect(shares).toEqual([33n, 33n, 33n, 1n]);
    expect((await rig.balances(wallet)).available).toBe(1_000n);
    expect((await rig.refund(orderId(), 4_500n)).refund.parts).toEqual([]);
  });

  it('in another currency, or of an order that is not there, is refused', async () => {
    await expect(rig.refund(orderId(), 1n, 'R-1', 'EUR')).rejects.toMatchObject({ code: 'CURRENCY_DIFFERS' });
    await expect(rig.refund('nothing', 1n)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect((await rig.balances(wallet)).burned).toBe(100n);
  });

  it('gives no more than is left after a reversal by hand', async () => {
    const [paying] = (await rig.order(wallet, [code('A')])).order.redemptions;
    await rig.reverse(wallet, paying?.redemptionId ?? '', 60n);
    await rig.refund(orderId(), 4_500n);
    expect((await rig.balances(wallet)).available).toBe(1_000n);
  });

  it('that was cut off is finished by its repeat, or by the sweep', async () => {
    const dead = { message: 'the process died' };
    expect(await rig.dying(() => rig.refund(orderId(), 900n, 'R-1'))).toMatchObject(dead);
    expect(await rig.dying(() => rig.refund(orderId(), 900n, 'R-2'))).toMatchObject(dead);
    await rig.refund(orderId(), 900n, 'R-1');
    expect((await rig.balances(wallet)).available).toBe(920n);
    const { refunds } = rig.ledger;
    const [left] = await refunds.unfinished({ olderThanMs: 0, limit: 10 });
    expect(left).toEqual({ companyId: ORIGIN.companyId, orderId: orderId(), kind: 'refund', id: 'R-2' });
    await refunds.resume(ORIGIN, { orderId: orderId(), kind: 'refund', id: 'R-2' });
    await refunds.resume(ORIGIN, { orderId: orderId(), kind: 'refund', id: 'R-2' });
    expect((await rig.balances(wallet)).available).toBe(940n);
    expect(await refunds.unfinished({ olderThanMs: 0, limit: 10 })).toEqual([]);
  });

  it('by cancellation gives back what parts have left, and is the same the second time', async () => {
    await rig.refund(orderId(), 1_000n);
    expect((await rig.cancel(orderId())).refund.parts).toMatchObject([{ points: 78n }]);
    expect((await rig.cancel(orderId())).repeated).toBe(true);
    expect((await rig.balances(wallet)).available).toBe(1_000n);
  });
});

describe('At the same time', () => {
  it('the same order twice commits once', async () => {
    await rig.held(wallet, code('A'));
    const both = await Promise.all([rig.order(wallet, [code('A')]), rig.order(wallet, [code('A')])]);
    expect(both[0].order.redemptions).toEqual(both[1].order.redemptions);
    expect(await rig.balances(wallet)).toEqual({ available: 900n, reserved: 0n, burned: 100n });
  });

  it('two orders with one code: one has it, the other is refused and leaves nothing', async () => {
    await rig.held(wallet, code('A'));
    const both = await Promise.allSettled([
      rig.order(wallet, [code('A')], { orderId: `one-${turn}` }),
      rig.order(wallet, [code('A')], { orderId: `two-${turn}` }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await rig.rows('purchase_order', `one-${turn}`)) + (await rig.rows('purchase_order', `two-${turn}`))).toBe(
      1,
    );
    expect((await rig.balances(wallet)).burned).toBe(100n);
  });

  it('refunds and cancellations of one order give the whole back and no more', async () => {
    await rig.held(wallet, code('A'));
    const { orderId } = (await rig.order(wallet, [code('A')])).order;
    await Promise.all([
      rig.refund(orderId, 1_000n),
      rig.cancel(orderId),
      rig.refund(orderId, 3_333n),
      rig.cancel(orderId),
    ]);
    expect(await rig.balances(wallet)).toEqual({ available: 1_000n, reserved: 0n, burned: 0n });
  });
});
