import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FaultRig } from './rig/fault-rig.js';
import { Scene } from './rig/scene.js';

describe('A code that a provider gives to two redemptions', () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open({ shop: {} });
    rig.startPump();
  });
  afterAll(() => rig.stop());

  it.each(['before_record', 'after_record'] as const)(
    'is brought to a person with both, although the worker of the second died %s',
    async (at) => {
      const first = new Scene(rig, 'shop');
      // So long that nobody looks at it for its expiry.
      await first.redeem({ deduction: 'order', holdSeconds: 3_600n });
      await first.issued();
      const second = new Scene(rig, 'shop', { at, how: 'crash' });
      second.plan({ call: 'issue', mode: 'same_code' });
      await second.redeem();
      await second.until(({ flags }) => flags.includes('code_ambiguous'));
      expect(second.deliverer.worker.state === 'crashed' || at === 'before_record').toBe(true);
      // The first one's own worker tells of it: the work for that stands in the ledger.
      await first.until(({ flags }) => flags.includes('code_ambiguous'));
      expect([...(await first.findings()), ...(await second.findings())]).toEqual([]);
    },
  );
});
