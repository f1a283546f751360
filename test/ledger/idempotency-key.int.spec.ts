import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command } from '#domain';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { earn, key, openRig, request, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { findingsIn } from '../support/ledger/stored-ledger.js';

const COMPANY = 1;

describe('An idempotency key', () => {
  let db: TestDatabase;
  let rigs: readonly [LedgerRig, LedgerRig];
  let rig: LedgerRig;
  let walletId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    rigs = [openRig(db.connectionString), openRig(db.connectionString)];
    rig = rigs[0];
    walletId = await rig.walletWith(COMPANY, 'customer', 10n);
  });

  afterAll(async () => {
    await Promise.all(rigs.map((each) => each.stop()));
    await db.drop();
  });

  it('is not burned by a command that was refused, alone or among others that are written', async () => {
    const mine = key('corrected');
    await expect(rig.run(COMPANY, walletId, adjust(-50n), { key: mine })).rejects.toMatchObject({
      code: 'INSUFFICIENT_POINTS',
    });
    const [refused] = await Promise.allSettled([
      rig.run(COMPANY, walletId, adjust(-50n), { key: mine }),
      rig.run(COMPANY, walletId, earn(1n), { key: key('beside') }),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'INSUFFICIENT_POINTS' } });
    expect(await rig.run(COMPANY, walletId, adjust(-5n), { key: mine })).toMatchObject({ outcome: 'written' });
    expect(await rig.run(COMPANY, walletId, adjust(-5n), { key: mine })).toMatchObject({ outcome: 'repeated' });
  });

  it('is not burned by a command for a wallet that does not exist', async () => {
    const nowhere = '00000000-0000-4000-8000-000000000000';
    const mine = key('no-wallet');
    await expect(rig.run(COMPANY, nowhere, earn(1n), { key: mine })).rejects.toMatchObject({
      code: 'WALLET_NOT_FOUND',
    });
    expect(await rig.run(COMPANY, walletId, earn(1n), { key: mine })).toMatchObject({ outcome: 'written' });
  });

  it('goes to the first of a group that is not refused', async () => {
    const mine = key('first-legal');
    const answers = await Promise.allSettled([
      rig.run(COMPANY, walletId, adjust(-5_000n), { key: mine }),
      rig.run(COMPANY, walletId, earn(2n), { key: mine }),
      rig.run(COMPANY, walletId, earn(2n), { key: mine }),
    ]);
    expect(answers).toMatchObject([
      { reason: { code: 'INSUFFICIENT_POINTS' } },
      { value: { outcome: 'written' } },
      { value: { outcome: 'repeated' } },
    ]);
  });

  it('finds the first event of a command that opened no redemption', async () => {
    const first = await rig.run(COMPANY, walletId, earn(3n), { key: key('earned') });
    const again = await rig.run(COMPANY, walletId, earn(3n), { key: key('earned') });
    const version = first.outcome === 'written' ? first.events[0]?.version : undefined;
    expect(again).toEqual({ outcome: 'repeated', walletId, redemptionId: undefined, version });
  });

  it('is the company’s own: another company uses the same one', async () => {
    const elsewhere = await rig.walletWith(2, 'customer', 0n);
    expect(await rig.run(COMPANY, walletId, earn(1n), { key: key('shared') })).toMatchObject({ outcome: 'written' });
    expect(await rig.run(2, elsewhere, earn(1n), { key: key('shared') })).toMatchObject({ outcome: 'written' });
  });

  it('is refused for another wallet and for another command', async () => {
    const other = await rig.walletWith(COMPANY, 'other', 0n);
    await rig.run(COMPANY, walletId, earn(1n), { key: key('mine', 'earn 1') });
    const reused = { code: 'IDEMPOTENCY_KEY_REUSED' };
    await expect(rig.run(COMPANY, other, earn(1n), { key: key('mine', 'earn 1') })).rejects.toMatchObject(reused);
    await expect(rig.run(COMPANY, walletId, earn(2n), { key: key('mine', 'earn 2') })).rejects.toMatchObject(reused);
  });

  it('that comes 64 times at once to two ledgers is written once, and all hear of the same redemption', async () => {
    for (let round = 0; round < 10; round++) {
      const mine = key(`at-once-${round}`);
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, i) => rigs[i % 2]!.run(COMPANY, walletId, request(1n), { key: mine })),
      );
      expect(answers.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
      expect(answers.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(63);
      const ids = answers.map((one) => (one.outcome === 'repeated' ? one.redemptionId : one.redemption?.id));
      expect(new Set(ids).size).toBe(1);
    }
  });

  it('stands in the ledger as its command did', async () => {
    expect(await findingsIn(rig.pool)).toEqual([]);
  });
});

function adjust(pointsDelta: bigint): Command {
  return { type: 'AdjustPoints', pointsDelta, referenceType: 'manual', referenceId: undefined };
}
