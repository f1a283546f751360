import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IssuedVoucher } from '#domain';
import { uuidV7 } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { advance, httpProvider, openRig, request, voucher, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

interface Called {
  readonly redemptionId: string;
  readonly walletId: string;
}

describe('Redemptions that have the same code', () => {
  let db: TestDatabase;
  let rigs: readonly [LedgerRig, LedgerRig];

  beforeAll(async () => {
    db = await createTestDatabase();
    rigs = [openRig(db.connectionString), openRig(db.connectionString)];
  });

  afterAll(async () => {
    await Promise.all(rigs.map((rig) => rig.stop()));
    await db.drop();
  });

  /** A redemption whose provider is being called. */
  async function called(companyId = 1): Promise<Called> {
    const walletId = await rigs[0].walletWith(companyId, uuidV7(), 100n);
    const asked = request(10n, { provider: httpProvider() });
    const { redemptionId } = asked;
    await rigs[0].run(companyId, walletId, asked);
    const call = { timeoutMs: 5_000, notFound: false };
    await rigs[0].run(companyId, walletId, { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call });
    return { redemptionId, walletId };
  }

  function answer(rig: LedgerRig, { redemptionId, walletId }: Called, issued: IssuedVoucher, companyId = 1) {
    const record = { type: 'RecordCallAnswer', redemptionId, attempt: 1, answer: { kind: 'issued', voucher: issued } };
    return rig.run(companyId, walletId, record as Parameters<LedgerRig['run']>[2]);
  }

  async function flagsOf({ redemptionId }: Called, companyId = 1): Promise<readonly string[]> {
    const [loaded] = await rigs[0].reader.load([{ companyId, redemptionId }]);
    return loaded?.redemption.flags ?? [];
  }

  async function isDue({ redemptionId }: Called): Promise<boolean> {
    const { rowCount } = await rigs[0].pool.query(
      'SELECT FROM saga_work WHERE company_id = 1 AND redemption_id = $1 AND due_at <= clock_timestamp()',
      [redemptionId],
    );
    return rowCount === 1;
  }

  it.each([
    ['two processes', 1],
    ['one group', 0],
  ])('are all flagged or due to be told, however close they come, from %s', async (_from, second) => {
    for (let round = 0; round < 25; round += 1) {
      const both = [await called(), await called()] as const;
      const issued = voucher(`same-${second}-${round}`);
      await Promise.all([answer(rigs[0], both[0], issued), answer(rigs[second as 0 | 1], both[1], issued)]);
      const flagged = await Promise.all(both.map((one) => flagsOf(one)));
      const due = await Promise.all(both.map((one) => isDue(one)));
      const told = both.map((_, i) => ({ flags: flagged[i], due: due[i] }));
      expect(told).toContainEqual({ flags: ['code_ambiguous'], due: false });
      expect(told).toContainEqual({ flags: [], due: true });
    }
    // Whoever is to be told is owed a look, although it has ended.
    const findings = await findingsIn(rigs[0].pool);
    expect(findings.filter((finding) => !finding.endsWith(': superfluous'))).toEqual([]);
  });

  describe('where callers bring it', () => {
    async function brought(issued: IssuedVoucher, points = 10n): Promise<Called> {
      const walletId = await rigs[0].walletWith(1, uuidV7(), 100n);
      const callerVoucher = { code: issued.code, externalId: undefined, provider: undefined };
      const asked = request(points, { provider: undefined, callerVoucher, deduction: 'order' });
      await rigs[0].run(1, walletId, asked);
      return { redemptionId: asked.redemptionId, walletId };
    }

    function hold(rig: LedgerRig, { redemptionId, walletId }: Called, { code, otherDigests }: IssuedVoucher) {
      const callersDigests = [code.digest, ...otherDigests];
      const command = { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call: undefined } as const;
      return rig.run(1, walletId, { ...command, callersDigests });
    }

    it.each([
      ['two processes', 1],
      ['one group', 0],
    ])('are flagged or due to be told once points are held for both, from %s', async (_from, second) => {
      for (let round = 0; round < 10; round += 1) {
        const issued = voucher(`brought-${second}-${round}`);
        const both = [await brought(issued), await brought(issued)] as const;
        await Promise.all([hold(rigs[0], both[0], issued), hold(rigs[second as 0 | 1], both[1], issued)]);
        const flagged = await Promise.all(both.map((one) => flagsOf(one)));
        expect(flagged).toContainEqual(['code_ambiguous']);
        expect(flagged).toContainEqual([]);
        expect(await isDue(both[flagged[0]?.length === 0 ? 0 : 1])).toBe(true);
      }
    });

    it('are flagged with one that a provider of ours gave it to', async () => {
      const walletId = await rigs[0].walletWith(1, uuidV7(), 100n);
      const { redemptionId, ...asked } = request(10n);
      const issued = voucher('ours');
      await rigs[0].run(1, walletId, { ...asked, redemptionId });
      await rigs[0].run(1, walletId, advance(redemptionId, issued));
      const second = await brought(issued);
      await hold(rigs[0], second, issued);
      expect(await flagsOf(second)).toEqual(['code_ambiguous']);
      expect(await isDue({ redemptionId, walletId })).toBe(true);
    });

    it('are left in peace where points stand against one of them only', async () => {
      const issued = voucher('again');
      const [waiting, poor, released] = [await brought(issued), await brought(issued, 200n), await brought(issued)];
      await hold(rigs[0], poor, issued);
      await hold(rigs[0], released, issued);
      await rigs[0].run(1, released.walletId, { type: 'ReleaseRedemption', redemptionId: released.redemptionId });
      const mine = await brought(issued);
      await hold(rigs[0], mine, issued);
      const all = [waiting, poor, released, mine];
      expect(await Promise.all(all.map((one) => flagsOf(one)))).toEqual([[], [], [], []]);
    });
  });

  it('are found under a key that was rotated away, too', async () => {
    const [before, after] = [await called(), await called()];
    await answer(rigs[0], before, voucher('old key'));
    const rotated = { ...voucher('new key'), otherDigests: [voucher('old key').code.digest] };
    await answer(rigs[0], after, rotated);
    expect([await flagsOf(before), await flagsOf(after)]).toEqual([[], ['code_ambiguous']]);
    expect(await isDue(before)).toBe(true);
  });

  it('are left in peace where the other one is void, another company’s, or themselves', async () => {
    const [voided, mine] = [await called(), await called()];
    const theirs = await called(2);
    const issued = voucher('once more');
    await answer(rigs[0], voided, issued);
    const { redemptionId } = voided;
    await rigs[0].run(1, voided.walletId, { type: 'ReverseRedemption', redemptionId, points: undefined });
    await rigs[0].run(1, voided.walletId, { type: 'RecordCancelAnswer', redemptionId, answer: { kind: 'void' } });
    await answer(rigs[0], theirs, issued, 2);
    await answer(rigs[0], mine, issued);
    await answer(rigs[0], mine, issued);
    expect(await Promise.all([flagsOf(voided), flagsOf(theirs, 2), flagsOf(mine)])).toEqual([[], [], []]);
  });
});
