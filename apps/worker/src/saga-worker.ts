import { channels, type OpenLedger } from '#ledger';
import { createListener, type Listener, type Logger, type Secret } from '#platform';
import type { OpenedProvider, ProviderRegistry } from '#vouchers';
import type { CheckpointSealer } from './checkpoints/checkpoint-sealer.js';
import type { Operations } from './operations/operations.js';
import type { SagaProcessor } from './processor/saga-processor.js';
import { inTime } from './queues/in-time.js';
import type { SagaQueues } from './queues/saga-queues.js';
import type { Relay } from './relay/relay.js';
import type { OrderSweep } from './sweeper/order-sweep.js';
import type { Sweeper } from './sweeper/sweeper.js';
import type { Watchdog } from './watchdog/watchdog.js';
import type { WorkerCounts } from './worker-counts.js';

export interface SagaWorkerParts {
  readonly openLedger: OpenLedger;
  readonly providers: ProviderRegistry;
  readonly processor: SagaProcessor;
  readonly queues: SagaQueues;
  readonly sweeper: Sweeper;
  readonly orderSweep: OrderSweep;
  readonly relay: Relay;
  readonly watchdog: Watchdog;
  readonly sealer: CheckpointSealer;
  readonly operations: Operations;
  readonly counts: WorkerCounts;
  readonly logger: Logger;
  readonly listenUrl: Secret;
  readonly drainMs: number;
}

/** The worker's parts, started and stopped in order. */
export class SagaWorker {
  private listener: Listener | undefined;

  constructor(private readonly parts: SagaWorkerParts) {}

  get counts(): WorkerCounts {
    return this.parts.counts;
  }

  get processor(): SagaProcessor {
    return this.parts.processor;
  }

  /** How the providers outside are doing, for metrics. */
  providerConditions(): readonly OpenedProvider[] {
    return this.parts.providers.conditions();
  }

  /** Resolves when due work is being taken. A queue that can't be had doesn't hold it up. */
  async start(): Promise<void> {
    const { queues, relay, orderSweep, watchdog, sealer, operations, logger, listenUrl } = this.parts;
    await queues.start();
    this.listener = createListener({
      connectionString: listenUrl,
      channels: [channels.sagaWork],
      onNotify: () => relay.wake(),
      logger,
      applicationName: 'holdfast-worker-listener',
    });
    relay.start();
    orderSweep.start();
    watchdog.start();
    sealer.start();
    await operations.start();
  }

  /** Takes nothing more, finishes what is in hand within the drain time, and lets go of everything. */
  async stop(): Promise<void> {
    const { watchdog, relay, orderSweep, queues, sweeper, openLedger, providers, counts, logger, drainMs } = this.parts;
    watchdog.stop();
    const orders = inTime(orderSweep.stop(), drainMs).catch((error: unknown) => {
      logger.warn({ err: error }, 'An order was cut off; the next sweep of any worker goes on with it.');
    });
    await Promise.all([relay.stop(), this.listener?.close()]);
    const swept = inTime(sweeper.close(), drainMs).catch((error: unknown) => {
      logger.warn({ err: error }, 'Some redemptions were cut off; they are due again when their leases run out.');
    });
    await Promise.all([queues.close(), swept, orders]);
    // A call that is cut off here has its deadline on record, as one that dies with its process.
    await inTime(providers.close(), drainMs).catch(() => undefined);
    await openLedger.close();
    await this.parts.sealer.stop();
    await this.parts.operations.stop();
    logger.info(
      counts.snapshot(),
      'The worker has stopped; what is unfinished stands in the database and goes on with the next start.',
    );
  }
}
