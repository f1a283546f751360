import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import { adminKeyMatches, type Secret } from '#platform';
import type { QueueBackend } from '#platform/queue';

const BASE_PATH = '/queues';
/** The board asks a font of another server; nobody needs to be told that it is looked at. */
const CONTENT_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

export interface QueueBoardOptions {
  readonly backend: Pick<QueueBackend, 'openQueues'>;
  readonly adminKey: Secret;
}

/**
 * BullMQ's board of the queues this worker has open, to look at: jobs are hints, so there is nothing to mend in them. It asks for the admin
 * key, as the header `x-admin-key` or, in a browser, as the password to any name.
 */
export async function addQueueBoard(fastify: FastifyInstance, { backend, adminKey }: QueueBoardOptions): Promise<void> {
  const serverAdapter = new FastifyAdapter().setBasePath(BASE_PATH);
  const board = createBullBoard({ queues: [], serverAdapter, options: { uiConfig: { boardTitle: 'Holdfast' } } });
  const shown = new Map<string, BullMQAdapter>();
  await fastify.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!isAdmin(request.headers, adminKey)) {
        await reply
          .code(401)
          .header('www-authenticate', 'Basic realm="Holdfast: the password is the admin key"')
          .send({ error: { code: 'INVALID_API_KEY', message: 'Send the admin key as x-admin-key or as password.' } });
        return;
      }
      reply.header('content-security-policy', CONTENT_POLICY);
      for (const queue of backend.openQueues()) {
        if (shown.has(queue.name)) continue;
        const adapter = new BullMQAdapter(queue, { readOnlyMode: true });
        shown.set(queue.name, adapter);
        board.addQueue(adapter);
      }
    });
    await scope.register(serverAdapter.registerPlugin(), { prefix: BASE_PATH });
  });
}

function isAdmin(headers: Readonly<Record<string, string | string[] | undefined>>, adminKey: Secret): boolean {
  const given = headers['x-admin-key'] ?? basicPassword(headers['authorization']);
  return typeof given === 'string' && given !== '' && adminKeyMatches(given, adminKey.reveal());
}

function basicPassword(authorization: string | string[] | undefined): string | undefined {
  const encoded = typeof authorization === 'string' ? /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] : undefined;
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}
