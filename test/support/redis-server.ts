import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const POLL_MS = 20;

export interface RedisServer {
  readonly url: string;
  /** Ends it at once, as a lost machine would. */
  stop(): Promise<void>;
}

export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Starts a Redis that keeps nothing, on a free port; undefined when there is no `redis-server` on the PATH. */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  return hasRedisServer() ? launchRedisServer() : undefined;
}

/** @param more settings, as `redis-server` takes them on its command line. */
export async function launchRedisServer(more: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-redis-'));
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...settings, ...more], { stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  const deadline = performance.now() + READY_MS;
  while (!(await isListening(port))) {
    if (performance.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`redis-server did not come up on port ${port}.`);
    }
    await sleep(POLL_MS);
  }
  return { url: `redis://127.0.0.1:${port}`, stop };
}

/** Whether something takes connections there. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
