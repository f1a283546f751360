import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, launchRedisServer, type RedisServer } from './redis-server.js';

const NODES = 3;
const READY_MS = 60_000;
const POLL_MS = 50;
const run = promisify(execFile);

export interface RedisCluster {
  /** All nodes, separated by commas. */
  readonly urls: string;
  /** A command to one node, as `redis-cli` prints its answer. */
  ask(node: number, ...command: readonly string[]): Promise<string>;
  /** Ends one node at once, as a lost machine would. */
  lose(node: number): Promise<void>;
  stop(): Promise<void>;
}

/** Three masters on loopback that share the slots, made as the manual says. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const addresses: string[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  const ask = async (node: number, ...command: readonly string[]): Promise<string> => {
    const { port } = new URL(nodes[node]?.url ?? '');
    return (await run('redis-cli', ['-h', '127.0.0.1', '-p', port, ...command])).stdout;
  };
  try {
    for (let i = 0; i < NODES; i += 1) {
      // The usual port of the bus is 10,000 above the other, and a free one may have nothing there.
      const bus = await freePort();
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-node-timeout', '2000'];
      const node = await launchRedisServer(settings);
      nodes.push(node);
      addresses.push(`${new URL(node.url).host}@${bus}`);
    }
    await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
    const deadlineMs = performance.now() + READY_MS;
    for (let i = 0; i < NODES; i += 1) {
      while (!(await ask(i, 'cluster', 'info')).includes('cluster_state:ok')) {
        if (performance.now() > deadlineMs) throw new Error('The Redis Cluster did not come up.');
        await sleep(POLL_MS);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const lose = async (node: number) => nodes[node]?.stop();
  return { urls: nodes.map(({ url }) => url).join(), ask, lose, stop };
}
