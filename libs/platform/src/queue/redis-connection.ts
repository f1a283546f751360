import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { redisUrls } from '../config/setting.js';

/** A connection to one Redis, or to all nodes of a cluster: what BullMQ takes either way. */
export type RedisConnection = Redis | Cluster;

/** What a connection does while Redis is away. */
export type RedisManners = Pick<RedisOptions, 'maxRetriesPerRequest' | 'commandTimeout'> & {
  readonly enableOfflineQueue?: boolean;
};

/** Where Redis is to be found: one address, or some of a cluster's nodes, which tell of the others. */
export interface RedisPlace {
  /** `redis://` or `rediss://`, several separated by commas. User and password are those of the first. */
  readonly urls: string;
  readonly isCluster: boolean;
}

const CONNECT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
/** A node that has lost its master answers with an error for as long as the cluster needs to elect another. */
const SLOTS_REFRESH_MS = 2_000;

/** Connects in the background, and again and again whenever the connection breaks. */
export function connectRedis({ urls, isCluster }: RedisPlace, manners: RedisManners): RedisConnection {
  const nodes = redisUrls(urls);
  const [first = ''] = nodes;
  const { enableOfflineQueue = true, ...commands } = manners;
  const options = { ...commands, connectTimeout: CONNECT_MS, keepAlive: KEEP_ALIVE_MS };
  if (!isCluster) return new Redis(first, { ...options, enableOfflineQueue, retryStrategy: retryMs });
  const { protocol, username, password } = new URL(first);
  const isTls = protocol === 'rediss:';
  return new Cluster(
    nodes.map((node) => ({ host: new URL(node).hostname, port: Number(new URL(node).port || 6379) })),
    {
      enableOfflineQueue,
      clusterRetryStrategy: retryMs,
      slotsRefreshTimeout: SLOTS_REFRESH_MS,
      // A certificate is for a node's name, not for the address that it stands for.
      ...(isTls ? { dnsLookup: (name, done) => done(null, name) } : {}),
      redisOptions: {
        ...options,
        ...(username === '' ? {} : { username: decodeURIComponent(username) }),
        ...(password === '' ? {} : { password: decodeURIComponent(password) }),
        ...(isTls ? { tls: {} } : {}),
      },
    },
  );
}

function retryMs(times: number): number {
  return Math.min(100 * 2 ** Math.min(times, 10), 5_000);
}
