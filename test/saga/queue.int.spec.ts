import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeOnQueueBackends } from '../support/index.js';
import { until } from '../support/until.js';
import { SagaRig, type RunningWorker } from './saga-rig.js';
import { localStories } from './stories.js';

describeOnQueueBackends((backend) => {
  // Patience for a machine that is busy with other tests: what is proved here is the way the work takes, not its speed.
  const tuning = { handOverMs: 10_000, leaseMs: 20_000 };
  const setup = backend.name === 'redis' ? { redisUrl: backend.url, tuning } : { tuning };

  describe('A redemption', () => {
    localStories(async (rig) => {
      await rig.startWorker(setup);
      return { until: (keys, isDone) => rig.until(keys, isDone) };
    });
  });

  describe('A running worker', () => {
    let rig: SagaRig;
    let running: RunningWorker;

    beforeAll(async () => {
      rig = await SagaRig.open();
      running = await rig.startWorker(setup);
    });
    afterAll(() => rig.stop());

    it('gets every redemption through the queue', async () => {
      const { counts } = running.worker;
      const wallets = await Promise.all(Array.from({ length: 20 }, () => rig.wallet(100n)));
      const keys = await Promise.all(
        wallets.flatMap((walletId) => Array.from({ length: 5 }, () => rig.redeem(walletId, 20n))),
      );
      const redemptions = await rig.until(keys);
      expect(redemptions.map(({ status }) => status)).toEqual(Array(100).fill('committed'));
      await until(() => counts.redemptionsFromQueue >= 100);
      expect(counts.jobsProcessed).toBeLessThanOrEqual(counts.jobsHandedOver);
      expect(counts).toMatchObject({ redemptionsDirect: 0, redemptionsLost: 0, troubles: 0 });
    });

    it('shares the work with another one, and nothing is done twice', async () => {
      await rig.startWorker(setup);
      const wallets = await Promise.all(Array.from({ length: 10 }, () => rig.wallet(200n)));
      const keys = await Promise.all(
        wallets.flatMap((walletId) => Array.from({ length: 30 }, () => rig.redeem(walletId, 10n))),
      );
      const redemptions = await rig.until(keys);
      expect(redemptions.filter(({ status }) => status === 'committed')).toHaveLength(200);
      expect(redemptions.filter(({ status }) => status === 'failed')).toHaveLength(100);
      for (const walletId of wallets) {
        expect(await rig.auditedWallet(walletId)).toMatchObject({ available: 0n, reserved: 0n, lifetimeBurned: 200n });
      }
    });

    it('stops in order and leaves the rest to the next one', async () => {
      const walletId = await rig.wallet(1_000n);
      const keys = await Promise.all(Array.from({ length: 100 }, () => rig.redeem(walletId, 10n)));
      await running.stop();
      const redemptions = await rig.until(keys);
      expect(redemptions.map(({ status }) => status)).toEqual(Array(100).fill('committed'));
      expect(await rig.openWork()).toBe(0);
    });
  });
});
