import type { FastifyInstance } from 'fastify';
import type { ServiceConfig, Logger } from '#platform';
import type { QueueBackend } from '#platform/queue';
import type { Tracer } from '#platform/tracing';
import type { WatchedWorker, WorkerMetrics } from '../metrics/worker-metrics.js';
import { BreakerLog } from './breaker-log.js';

export interface OperationsOptions {
  readonly config: Pick<ServiceConfig, 'host' | 'metricsPort' | 'adminApiKey'>;
  /** Given where a port is set for them. */
  readonly metrics: WorkerMetrics | undefined;
  readonly tracer: Tracer | undefined;
  readonly backend: Pick<QueueBackend, 'openQueues' | 'ping'>;
  readonly watched: WatchedWorker;
  readonly logger: Logger;
}

/** What a worker shows of itself, started after its work and stopped after it. */
export class Operations {
  private readonly breakerLog: BreakerLog;
  private server: FastifyInstance | undefined;

  constructor(private readonly options: OperationsOptions) {
    const { metrics, watched, logger } = options;
    this.breakerLog = new BreakerLog(watched.conditions, logger);
    metrics?.watch(watched);
  }

  async start(): Promise<void> {
    this.breakerLog.start();
    await this.startServer();
  }

  async stop(): Promise<void> {
    this.breakerLog.stop();
    await this.server?.close();
    await this.options.tracer?.close();
  }

  /** What it needs is loaded only here, so that a worker without it is as small as before. */
  private async startServer(): Promise<void> {
    const { config, metrics, backend, watched, logger } = this.options;
    const { host, metricsPort: port, adminApiKey: adminKey } = config;
    if (metrics === undefined || port === undefined) return;
    const { startOperationsServer } = await import('./operations-server.js');
    const { overdueMs } = watched;
    this.server = await startOperationsServer({ host, port, metrics, backend, overdueMs, adminKey, logger });
  }
}
