import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';

import { freePort, hasRedisServer } from '../../support/redis-server.js';
import { BenchFailure } from '../bench-failure.js';

const READY_MS = 60_000;
const POLL_MS = 20;

export interface OwnRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Settings of a Redis in production: it keeps what it was told, and refuses rather than forgets when memory runs out. */
const SETTINGS = {
  bind: '127.0.0.1',
  save: '',
  appendonly: 'yes',
  appendfsync: 'everysec',
  'maxmemory-policy': 'noeviction',
};

/** A Redis under the data folder, on a free port. @throws BenchFailure when there is no redis-server or it doesn't come up. */
export async function startOwnRedis(dataDir: string): Promise<OwnRedis> {
  if (!hasRedisServer())
    throw new BenchFailure('--redis needs redis-server on the PATH: install it, or set REDIS_URL.');
  const dir = path.join(dataDir, 'redis');
  await mkdir(dir);
  const port = await freePort();
  const flags = Object.entries({ ...SETTINGS, port: `${port}`, dir }).flatMap(([name, value]) => [`--${name}`, value]);
  // In a process group of its own, so that Ctrl-C doesn't take it from under the worker.
  const child = spawn('redis-server', flags, { stdio: 'ignore', detached: true });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const url = `redis://127.0.0.1:${port}`;
  const deadline = performance.now() + READY_MS;
  while (!(await answers(url))) {
    if (performance.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new BenchFailure('redis-server did not come up.');
    }
    await sleep(POLL_MS);
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
