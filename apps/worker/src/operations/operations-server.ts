import { fastify as createFastify, type FastifyInstance } from 'fastify';
import type { Logger, Secret } from '#platform';
import type { QueueBackend } from '#platform/queue';
import type { WorkerMetrics } from '../metrics/worker-metrics.js';
import { addQueueBoard } from './queue-board.js';
import { workerHealth } from './worker-health.js';

export interface OperationsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: WorkerMetrics;
  readonly backend: Pick<QueueBackend, 'openQueues' | 'ping'>;
  readonly overdueMs: () => Promise<number>;
  readonly adminKey: Secret;
  readonly logger: Logger;
}

/** The worker's own small HTTP side, for whoever runs it: `/metrics`, `/health/live`, `/health/ready`, `/queues`. */
export async function startOperationsServer(options: OperationsServerOptions): Promise<FastifyInstance> {
  const { host, port, metrics, backend, overdueMs, adminKey, logger } = options;
  const fastify = createFastify({ forceCloseConnections: true });
  fastify.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  fastify.get('/health/live', () => ({ status: 'ok' }));
  fastify.get('/health/ready', async (_, reply) => {
    const health = await workerHealth({ overdueMs, pingQueue: () => backend.ping() });
    return reply.code(health.status === 'unavailable' ? 503 : 200).send(health);
  });
  await addQueueBoard(fastify, { backend, adminKey });
  await fastify.listen({ host, port });
  const address = fastify.server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  logger.info({ host, port: listening }, 'The worker shows its metrics, health and queues.');
  return fastify;
}
