import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type pg from 'pg';
import { instant } from '#domain';
import { openLedger, readCheckpointAge } from '#ledger';
import { createPool, createPrepare, VoucherCodes, type Logger, type Prepare, type ServiceConfig } from '#platform';
import { createQueueBackend } from '#platform/queue';
import type { Tracer } from '#platform/tracing';
import { ProviderRegistry, type ProviderCall, type ProviderKind } from '#vouchers';
import { CheckpointSealer } from './checkpoints/checkpoint-sealer.js';
import { inTrace, ledgerObserver } from './metrics/observed-ledger.js';
import { SagaTraces } from './metrics/saga-traces.js';
import { TracedProviders } from './metrics/traced-providers.js';
import { WorkerMetrics } from './metrics/worker-metrics.js';
import { Operations } from './operations/operations.js';
import { AmbiguousCodes } from './processor/ambiguous-codes.js';
import { PoolWatch } from './processor/pool-watch.js';
import { ProviderTurns } from './processor/provider-turns.js';
import { RequestOrigins } from './processor/request-origin.js';
import { SagaProcessor } from './processor/saga-processor.js';
import { UnknownKeys } from './processor/unknown-keys.js';
import { ProviderLimits } from './queues/provider-limits.js';
import { SagaQueues } from './queues/saga-queues.js';
import { Relay } from './relay/relay.js';
import { SagaWorker } from './saga-worker.js';
import { OrderSweep } from './sweeper/order-sweep.js';
import { Sweeper } from './sweeper/sweeper.js';
import { Watchdog } from './watchdog/watchdog.js';
import { WorkerCounts } from './worker-counts.js';
import { WORKER_TUNING, type WorkerTuning } from './worker-tuning.js';

const APPLICATION_NAME = 'holdfast-worker';
const POOL = Symbol('pool');

export interface WorkerOptions {
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly tuning?: Partial<WorkerTuning>;
  readonly kinds?: ReadonlyMap<string, ProviderKind>;
  /** Told of every call to a provider outside. */
  readonly onProviderCall?: (call: ProviderCall) => void;
  readonly tracer?: Tracer | undefined;
  /** Ends the process when it makes no progress. */
  readonly giveUp: () => void;
}

/** The worker as a Nest application context: started when the context is made, stopped when it is closed. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly worker: SagaWorker,
    @Inject(POOL) private readonly pool: pg.Pool,
  ) {}

  static register(options: WorkerOptions): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        { provide: POOL, useFactory: () => poolOf(options) },
        { provide: SagaWorker, useFactory: (pool: pg.Pool) => composeWorker(options, pool), inject: [POOL] },
      ],
      exports: [SagaWorker],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
    await this.pool.end();
  }
}

function poolOf({ config, logger }: WorkerOptions): pg.Pool {
  return createPool(config.database, { applicationName: APPLICATION_NAME, logger, byIndexOnly: true });
}

/** Everything wired by hand, once: the graph is small, and each class can be made in a test without a container. */
export function composeWorker(options: WorkerOptions, pool: pg.Pool): SagaWorker {
  const { config, logger, giveUp, tracer } = options;
  const tuning = { ...WORKER_TUNING, ...options.tuning };
  const counts = new WorkerCounts();
  const prepare = createPrepare(config.database);
  // Nobody can read them where the worker listens to nobody, so nothing is counted there.
  const metrics = config.metricsPort === undefined ? undefined : new WorkerMetrics();
  const observer = ledgerObserver(metrics, tracer);
  const open = openLedger({
    config,
    pool,
    logger,
    applicationName: APPLICATION_NAME,
    ...(observer === undefined ? {} : { observer }),
  });
  const { ledger, reader, sagaWork } = open;
  const providers = openProviders(options, metrics, pool, prepare);
  const codes = new VoucherCodes(config.encryptionKeys);
  const now = () => instant(Date.now() * 1_000);
  const processor = new SagaProcessor({
    ledger: tracer === undefined ? ledger : inTrace(ledger, tracer),
    reader,
    sagaWork,
    providers: tracer === undefined ? providers : new TracedProviders(providers, tracer),
    traces: tracer === undefined ? undefined : new SagaTraces(tracer, pool, prepare, config.ledger.groupBy),
    stepDone: metrics?.stepDone,
    turns: new ProviderTurns(),
    unknownKeys: new UnknownKeys(),
    origins: new RequestOrigins(pool, prepare, config.ledger.groupBy),
    poolWatch: new PoolWatch({ pool, prepare, logger }),
    ambiguousCodes: new AmbiguousCodes({ pool, prepare, groupBy: config.ledger.groupBy, reader, codes }),
    codes,
    logger,
    counts,
    tuning,
    now,
  });
  const { redisUrl, redisCluster, database } = config;
  const backend = createQueueBackend({
    redisUrl,
    redisCluster,
    databaseUrl: database.directUrl,
    migrateUrl: database.migrateUrl,
    logger,
    namespace: config.queuePrefix,
  });
  const limits = new ProviderLimits({ providers, logger });
  const queues = new SagaQueues({ backend, processor, limits, counts, tuning, logger });
  const sweeper = new Sweeper({ processor, limits, counts, tuning, logger });
  const orderSweep = new OrderSweep({
    orders: open.orders,
    refunds: open.refunds,
    everyMs: tuning.orderSweepMs,
    olderThanMs: tuning.orderCutOffMs,
    logger,
  });
  const relay = new Relay({ sagaWork, queues, sweeper, counts, tuning, logger });
  const watchdog = new Watchdog({ sagaWork, counts, limitMs: tuning.watchdogMs, logger, giveUp });
  const listenUrl = database.directUrl;
  const { drainMs } = tuning;
  const watched = {
    counts,
    conditions: () => providers.conditions(),
    overdueMs: () => sagaWork.overdueMs(),
    waitingCommands: () => ledger.waiting,
    checkpointAge: sealsBy(config) ? () => readCheckpointAge(pool, config.checkpoint.everySeconds) : undefined,
  };
  const operations = new Operations({ config, metrics, tracer, backend, watched, logger });
  const { checkpoint } = config;
  const sealer = new CheckpointSealer({ database, checkpoint, logger });
  return new SagaWorker({
    openLedger: open,
    providers,
    processor,
    queues,
    sweeper,
    orderSweep,
    relay,
    watchdog,
    sealer,
    operations,
    counts,
    logger,
    listenUrl,
    drainMs,
  });
}

/** Where no worker is to seal, or this one can't, there is nothing that could be late. */
function sealsBy({ checkpoint }: ServiceConfig): boolean {
  return checkpoint.key !== undefined && checkpoint.everySeconds > 0;
}

function openProviders(
  { config, logger, kinds, onProviderCall }: WorkerOptions,
  metrics: WorkerMetrics | undefined,
  pool: pg.Pool,
  prepare: Prepare,
): ProviderRegistry {
  return new ProviderRegistry({
    pool,
    prepare,
    encryptionKeys: config.encryptionKeys,
    allowPrivate: config.outgoingAllowPrivate,
    ...(kinds === undefined ? {} : { kinds }),
    onCall: (call) => {
      metrics?.providerCalled(call);
      logger.debug(call, 'A voucher provider was called.');
      onProviderCall?.(call);
    },
  });
}
