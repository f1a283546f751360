import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redemptionMeant } from '#domain';
import type { RedemptionKey } from '#ledger';
import { uuidV7 } from '#platform';
import { SagaRig } from './saga-rig.js';

describe('A code that is ours to know and two redemptions have', () => {
  let rig: SagaRig;
  let perform: (key: RedemptionKey) => Promise<void>;

  beforeAll(async () => {
    rig = await SagaRig.open();
    const { processor } = rig.idleWorker().worker;
    perform = (key) => processor.perform([{ ...key, tries: 1 }]);
  });
  afterAll(() => rig.stop());

  it('is brought to a person with both, where callers gave it to both', async () => {
    const keys = [await brought('TWICE'), await brought('TWICE')];
    for (const key of keys) await perform(key);
    await performDue();
    expect(await flagsOf(keys)).toEqual([['code_ambiguous'], ['code_ambiguous']]);
    const loaded = await rig.api.reader.load(keys);
    expect(redemptionMeant(loaded, 'order-1')).toBe('ambiguous');
  });

  it('is brought to a person with both, where a caller brought what another had from us', async () => {
    const first = await rig.redeem(await rig.wallet(100n), 10n);
    await perform(first);
    const { voucher } = await rig.redemption(first);
    const { companyId } = rig;
    const ours = rig.codes.openCode({ companyId, redemptionId: first.redemptionId, sealed: voucher.code! });
    const second = await brought(ours);
    await perform(second);
    await performDue();
    expect(await flagsOf([first, second])).toEqual([['code_ambiguous'], ['code_ambiguous']]);
  });

  it('means the one that points stand against, where the caller’s other one has given them back', async () => {
    const poor = await brought('ONCE', 1n);
    await perform(poor);
    const kept = await brought('ONCE');
    await perform(kept);
    await performDue();
    expect(await flagsOf([poor, kept])).toEqual([[], []]);
    const loaded = await rig.api.reader.load([poor, kept]);
    const meant = redemptionMeant(loaded, 'order-2');
    expect(meant).toMatchObject({ redemption: { id: kept.redemptionId, status: 'reserved' } });
  });

  /** A delayed redemption of ten points with the caller's own code. */
  async function brought(code: string, balance = 100n): Promise<RedemptionKey> {
    const redemptionId = uuidV7();
    const sealed = rig.codes.sealCode({ companyId: rig.companyId, redemptionId, code });
    const callerVoucher = { code: sealed, externalId: undefined, provider: undefined };
    const change = { redemptionId, provider: undefined, callerVoucher, deduction: 'order' } as const;
    return rig.redeem(await rig.wallet(balance), 10n, change);
  }

  async function performDue(): Promise<void> {
    for (const due of await rig.api.sagaWork.claimDue({ limit: 10, leaseMs: 30_000 })) await perform(due);
  }

  async function flagsOf(keys: readonly RedemptionKey[]): Promise<readonly (readonly string[])[]> {
    return Promise.all(keys.map(async (key) => (await rig.redemption(key)).flags));
  }
});
