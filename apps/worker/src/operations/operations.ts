import type { ServiceConfig, Logger } from '#platform';
import type { QueueBackend } from '#platform/queue';
import type { Tracer } from '#platform/tracing';
import type { WatchedWorker, WorkerMetrics } from '../metrics/worker-metrics.js';
import { BreakerLog } from './breaker-log.js';
import { OperationsListener } from './operations-listener.js';

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
  private readonly listener: OperationsListener | undefined;

  constructor(private readonly options: OperationsOptions) {
    const { config, metrics, backend, watched, logger } = options;
    const { host, metricsPort: port, adminApiKey: adminKey } = config;
    this.breakerLog = new BreakerLog(watched.conditions, logger);
    metrics?.watch(watched);
    if (metrics !== undefined && port !== undefined) {
      const { overdueMs } = watched;
      this.listener = new OperationsListener({ host, port, metrics, backend, overdueMs, adminKey, logger });
    }
  }

  async start(): Promise<void> {
    this.breakerLog.start();
    await this.listener?.start();
  }

  async stop(): Promise<void> {
    this.breakerLog.stop();
    await this.listener?.stop();
    await this.options.tracer?.close();
  }
}
