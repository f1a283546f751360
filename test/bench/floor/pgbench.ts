import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { BenchFailure } from '../bench-failure.js';
import type { Teardown } from '../processes/teardown.js';
import type { FloorOrder } from './floor-process.js';
import { floorSteps, floorStepsOf } from './floor-steps.js';

export function hasPgbench(): boolean {
  return spawnSync('pgbench', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * The floor's calls by PostgreSQL's own load generator, which costs less CPU than any client in JavaScript.
 *
 * @returns redemptions a second.
 * @throws BenchFailure when pgbench fails.
 */
export async function runPgbench(order: FloorOrder, dataDir: string, teardown: Teardown): Promise<number> {
  const script = path.join(dataDir, 'pgbench.sql');
  await writeFile(script, scriptFor(order));
  const url = new URL(order.connectionString);
  const flags = [
    ...[
      '-n',
      '-M',
      'prepared',
      '-f',
      script,
      '-D',
      'number=0',
      '-T',
      `${order.seconds}`,
      '-c',
      `${order.connections}`,
      '-j',
      '2',
    ],
    ...['-h', url.hostname, '-p', url.port, '-U', url.username, url.pathname.slice(1)],
  ];
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  const child = await teardown.own(
    () => spawn('pgbench', flags, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    async (started) => started.kill('SIGKILL'),
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  await new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const perSecond = /^tps = ([\d.]+)/m.exec(output)?.[1];
  if (child.exitCode !== 0 || perSecond === undefined) throw new BenchFailure(`pgbench failed: ${complaints.trim()}`);
  return Number(perSecond);
}

/** Numbered by each client, so that ids grow as those of the other floor do, and no round trip is spent on making them. */
const REDEMPTION_ID = `(lpad(to_hex(:client_id::bigint), 16, '0') || lpad(to_hex(:number::bigint), 16, '0'))`;

function scriptFor({ wallets, points, extra }: FloorOrder): string {
  const values: Readonly<Record<string, string>> = {
    $1: REDEMPTION_ID,
    $2: 'gen_random_uuid()',
    $3: ':wallet',
    $4: `${points}`,
  };
  const steps = floorStepsOf({ extra }).map(
    (name) => `${floorSteps[name].replace(/\$\d/g, (parameter) => values[parameter] ?? parameter)};`,
  );
  return [`\\set number :number + 1`, `\\set wallet random(1, ${wallets})`, ...steps, ''].join('\n');
}
