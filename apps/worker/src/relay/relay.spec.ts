import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DueRedemption } from '#ledger';
import { createLogger } from '#platform';
import { WorkerCounts } from '../worker-counts.js';
import { WORKER_TUNING } from '../worker-tuning.js';
import { Relay } from './relay.js';

type Handed = readonly [to: 'queue' | 'sweeper' | 'unaided', redemptions: readonly string[]];

describe('Due redemptions', () => {
  let due: DueRedemption[];
  let handed: Handed[];
  let isReachable: boolean;
  let relay: Relay;

  beforeEach(() => {
    due = [];
    handed = [];
    isReachable = true;
    const hand = (to: Handed[0], items: readonly { readonly redemptionId: string }[]): void => {
      handed.push([to, items.map(({ redemptionId }) => redemptionId)]);
    };
    relay = new Relay({
      sagaWork: { claimDue: async () => due.splice(0) },
      queues: {
        get isReachable() {
          return isReachable;
        },
        isWell: true,
        isStalled: () => false,
        waiting: async () => 0,
        handOver: async (_queue, items) => {
          hand('queue', items);
          return true;
        },
      },
      sweeper: {
        waiting: 0,
        sweep: (_queue, items) => hand('sweeper', items),
        sweepUnaided: (items) => hand('unaided', items),
      },
      counts: new WorkerCounts(),
      tuning: WORKER_TUNING,
      logger: createLogger({ app: 'worker', level: 'silent' }),
    });
  });
  afterEach(() => relay.stop());

  it('that need nobody outside are handed to the queue, and to nobody besides', async () => {
    await relayed([row('a', 'local')]);
    expect(handed).toEqual([['queue', ['a']]]);
  });

  it('of a provider are seen at once by whoever does what needs nobody there, not only when they have waited', async () => {
    await relayed([row('a', 'provider.1.shop'), row('b', 'provider.1.shop', 2)]);
    expect(handed).toContainEqual(['unaided', ['a', 'b']]);
    expect(handed).toContainEqual(['queue', ['a', 'b']]);
  });

  it('of a provider are seen so, too, while the queue is away', async () => {
    isReachable = false;
    await relayed([row('a', 'provider.1.shop')]);
    expect(handed).toEqual([
      ['unaided', ['a']],
      ['sweeper', ['a']],
    ]);
  });

  it('that the queue has lost again and again go round it', async () => {
    await relayed([row('a', 'local', 4), row('b', 'local')]);
    expect(handed).toEqual([
      ['sweeper', ['a']],
      ['queue', ['b']],
    ]);
  });

  /** Those that are taken when the worker stops are still handed on. */
  async function relayed(rows: readonly DueRedemption[]): Promise<void> {
    due.push(...rows);
    relay.start();
    while (due.length > 0) await new Promise(setImmediate);
    await relay.stop();
  }
});

function row(redemptionId: string, queue: string, tries = 1): DueRedemption {
  return { companyId: 1, walletId: 'w', redemptionId, queue, tries };
}
