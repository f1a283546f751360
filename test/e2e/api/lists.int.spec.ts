import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiRig, type Tenant } from './api-rig.js';

let rig: ApiRig;
let shop: Tenant;

beforeAll(async () => {
  rig = await ApiRig.open();
  await rig.startWorker();
  shop = await rig.tenant();
  await rig.earn(shop, 'c1', 10_000, { note: 'Welcome', metadata: { till: 3 } });
  // Sent together, they are decided in few groups, whose events share their microseconds.
  await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      rig.redeem(shop, 'c1', { rewardOptionId: 'ro_list', rewardName: `Coffee ${index}`, idempotencyKey: `k${index}` }),
    ),
  );
  await rig.redeem(shop, 'c1', { rewardName: 'Tea 100%_', delayPointsDeduction: true });
  await rig.redeem(shop, 'c1', { rewardName: 'Too dear', pointsCost: 1_000_000 });
});
afterAll(() => rig.close());

interface Page {
  readonly data: readonly unknown[];
  readonly pagination: { readonly limit: number; readonly hasMore: boolean; readonly nextBefore: string | null };
}

/** Turns all pages, and says what was wrong with any of them. */
async function walk<Row>(limit: number, fetchPage: (query: string) => Promise<{ data: Row[] } & Page>): Promise<Row[]> {
  const rows: Row[] = [];
  let before = '';
  for (;;) {
    const { data, pagination } = await fetchPage(`?limit=${limit}${before}`);
    expect(data.length).toBeLessThanOrEqual(limit);
    expect(pagination.limit).toBe(limit);
    rows.push(...data);
    if (!pagination.hasMore) {
      expect(pagination.nextBefore).toBeNull();
      return rows;
    }
    expect(pagination.nextBefore).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6,}Z$/);
    before = `&before=${encodeURIComponent(pagination.nextBefore ?? '')}`;
  }
}

describe('Lists › pages', () => {
  it.each([1, 2, 7])('of %i rows lose none and give none twice, though rows share microseconds', async (limit) => {
    const all = (await rig.history(shop, 'c1', '?limit=100')).data;
    expect(new Set(all.map(({ occurredAt }) => occurredAt)).size).toBeLessThan(all.length);
    const history = await walk(limit, (query) => rig.history(shop, 'c1', query));
    expect(history.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const redemptions = await walk(limit, (query) => rig.redemptions(shop, 'c1', query));
    expect(new Set(redemptions.map(({ id }) => id)).size).toBe(14);
    const redeemers = await walk(limit, (query) => rig.redeemers(shop, 'ro_list', query));
    expect(new Set(redeemers.map(({ redemptionId }) => redemptionId)).size).toBe(12);
  });

  it('stand still while new rows come in', async () => {
    const first = await rig.history(shop, 'c1', '?limit=3');
    await rig.earn(shop, 'c1', 1);
    const second = await rig.history(shop, 'c1', `?limit=3&before=${first.pagination.nextBefore ?? ''}`);
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });

  it('before a time has only older rows, to the microsecond', async () => {
    const [, second, third] = (await rig.history(shop, 'c1', '?limit=100')).data.filter(
      (entry, index, all) => entry.occurredAt !== all[index - 1]?.occurredAt,
    );
    const page = await rig.history(shop, 'c1', `?limit=1&before=${second?.occurredAt ?? ''}`);
    expect(page.data[0]?.occurredAt).toBe(third?.occurredAt);
  });
});

describe('Lists › history', () => {
  it('filters by the sign of the change of available points', async () => {
    const added = await rig.history(shop, 'c1', '?filter=points_added&limit=100');
    const deducted = await rig.history(shop, 'c1', '?filter=points_deducted&limit=100');
    expect(added.data.every(({ pointsDelta }) => BigInt(pointsDelta) > 0n)).toBe(true);
    expect(deducted.data.map(({ entryType }) => entryType)).toEqual(Array(13).fill('reserve'));
    expect(added.data.at(-1)).toMatchObject({
      entryType: 'earn',
      referenceType: 'manual',
      note: 'Welcome',
      metadata: { till: 3 },
    });
  });

  it('gives every entry of a redemption the key of that redemption', async () => {
    const entries = (await rig.history(shop, 'c1', '?limit=100')).data;
    const keys = new Map((await rig.redemptions(shop, 'c1', '?limit=100')).data.map((r) => [r.id, r.idempotencyKey]));
    const ofRedemptions = entries.filter(({ referenceType }) => referenceType === 'redemption');
    expect(ofRedemptions.length).toBe(25);
    for (const entry of ofRedemptions) expect(entry.idempotencyKey).toBe(keys.get(entry.referenceId));
  });

  it('adds up to the balance', async () => {
    const entries = (await rig.history(shop, 'c1', '?limit=100')).data;
    const sum = entries.reduce((total, { pointsDelta }) => total + BigInt(pointsDelta), 0n);
    expect(String(sum)).toBe((await rig.wallet(shop, 'c1')).availablePoints);
  });
});

describe('Lists › redemptions', () => {
  it('filters by the five statuses of the dialect', async () => {
    const count = async (status: string) =>
      (await rig.redemptions(shop, 'c1', `?status=${status}&limit=100`)).data.length;
    expect(await Promise.all(['committed', 'reserved', 'failed', 'released', 'expired'].map(count))).toEqual([
      12, 1, 1, 0, 0,
    ]);
  });

  it('searches the reward’s name in any case, and takes no wildcards', async () => {
    const names = async (search: string) =>
      (await rig.redemptions(shop, 'c1', `?search=${encodeURIComponent(search)}&limit=100`)).data.map(
        (r) => r.rewardName,
      );
    expect((await names('coffee 1')).sort()).toEqual(['Coffee 1', 'Coffee 10', 'Coffee 11']);
    expect(await names('100%_')).toEqual(['Tea 100%_']);
    expect(await names('%')).toEqual(['Tea 100%_']);
  });

  it('are summed up', async () => {
    const { body } = await rig.read(shop, '/customers/c1/redemptions/summary');
    expect(body).toEqual({ data: { customerId: 'c1', totalRedeemedPoints: '1200', totalRedemptionCount: 12 } });
  });

  it('name who redeemed a reward', async () => {
    const [row] = (await rig.redeemers(shop, 'ro_list', '?limit=1&status=committed')).data;
    expect(row).toMatchObject({
      reward: { id: 'ro_list' },
      customer: { id: 'c1', companyId: shop.id },
      pointsSpent: '100',
      status: 'committed',
      source: 'bitbybit',
      usedAtCheckoutAt: null,
    });
    expect((await rig.redeemers(shop, 'no-such-reward')).data).toEqual([]);
  });
});
