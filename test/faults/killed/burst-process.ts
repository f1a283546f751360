import { openSync, writeSync } from 'node:fs';
import { openRig } from '../../support/ledger/ledger-rig.js';
import { seededRandom } from '../../support/ledger/seeded-random.js';
import { Burst, type BurstOrder } from './burst.js';

/** A process that is made to be killed: what it has been answered stands in its file, a line each, before it goes on. */
process.once('message', (order: BurstOrder) => {
  const file = openSync(order.answersFile, 'a');
  const say = (line: string): void => void writeSync(file, `${line}\n`);
  const rig = openRig(order.connectionString, { applicationName: 'holdfast-burst' });
  const burst = new Burst(rig, order, seededRandom(order.seed), {
    answered(executed) {
      const last = executed.outcome === 'repeated' ? undefined : executed.events.at(-1);
      if (last !== undefined) say(`event ${last.walletId} ${last.version} ${last.eventId}`);
    },
    orderTaken: (orderId) => say(`order ${orderId}`),
    failed: (error) => say(`failed ${String(error).replaceAll('\n', ' ')}`),
  });
  void burst.run();
});
// Whoever started it has gone.
process.once('disconnect', () => process.exit(0));
