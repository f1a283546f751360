import { describe, expect, it } from '@jest/globals';
import { createLogger } from '#platform';
import { OrderSweep } from './order-sweep.js';

describe('A sweep of orders that were cut off', () => {
  it('goes on with no other order once it is stopped', async () => {
    const resumed: string[] = [];
    let finish: () => void = () => undefined;
    const keys = ['first', 'second', 'third'].map((orderId) => ({ companyId: 1, orderId }));
    const sweep = new OrderSweep({
      orders: {
        unfinished: async () => keys,
        resume: async (_, orderId) => {
          resumed.push(orderId);
          await new Promise<void>((resolve) => (finish = resolve));
          return undefined;
        },
      },
      refunds: {
        unfinished: async () => {
          throw new Error('Refunds are not come to.');
        },
        resume: () => Promise.reject(new Error('Refunds are not come to.')),
      },
      everyMs: 1,
      olderThanMs: 0,
      logger: createLogger({ app: 'worker', level: 'silent' }),
    });
    sweep.start();
    while (resumed.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const stopped = sweep.stop();
    finish();
    await stopped;
    expect(resumed).toEqual(['first']);
  });
});
