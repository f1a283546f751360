import { setTimeout as sleep } from 'node:timers/promises';
import { isSettled, type Redemption } from '#domain';
import type { RedemptionKey } from '#ledger';
import { PATIENCE_MS } from '../support/until.js';
import type { SagaRig, WorkerSetup } from './saga-rig.js';

/** A way for redemptions to come to the worker. */
export interface Delivery {
  /** Brings them to the worker until every one of them is as `isDone` says. */
  until(keys: readonly RedemptionKey[], isDone?: (r: Redemption) => boolean): Promise<readonly Redemption[]>;
}

type Deliver = (
  perform: (keys: readonly RedemptionKey[]) => Promise<void>,
  keys: readonly RedemptionKey[],
) => Promise<void>;

/** What a queue may do to a delivery: bring it once, twice at the same time and again later, or in pieces and in another order. */
export const deliveries: readonly { readonly name: string; readonly deliver: Deliver }[] = [
  { name: 'once', deliver: (perform, keys) => perform(keys) },
  {
    name: 'twice',
    deliver: async (perform, keys) => {
      await Promise.all([perform(keys), perform([...keys, ...keys])]);
      await perform(keys);
    },
  },
  {
    name: 'out of order',
    deliver: async (perform, keys) => {
      await Promise.all([...keys].reverse().map((key) => perform([key])));
      for (const key of keys) await perform([key]);
    },
  },
];

/** Hands the deliveries to the processor itself, over and over until it is done: time may have to pass in between. */
export function directDelivery(rig: SagaRig, deliver: Deliver, setup: WorkerSetup = {}): Delivery {
  const { worker } = rig.idleWorker(setup);
  return {
    async until(keys, isDone = isSettled) {
      const deadlineMs = performance.now() + PATIENCE_MS;
      for (let tries = 1; ; tries += 1) {
        await deliver((some) => worker.processor.perform(some.map((key) => ({ ...key, tries }))), keys);
        const redemptions = await Promise.all(keys.map((key) => rig.redemption(key)));
        if (redemptions.every(isDone) || performance.now() > deadlineMs) return rig.until(keys, isDone, 0);
        await sleep(50);
      }
    },
  };
}
