import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { startEmbeddedPostgres } from '#platform/embedded-postgres';

import { freePort } from '../../support/redis-server.js';
import { auditLedger, type AuditReport } from '../audit/audit-ledger.js';
import { BenchFailure } from '../bench-failure.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { openConnection } from '../load/http-connection.js';
import { projectFolder } from '../places.js';
import type { Teardown } from '../processes/teardown.js';
import { describeMachine } from '../report/machine.js';
import { watchStolenTime } from '../report/stolen-time.js';
import { median } from '../report/median.js';
import { auditLine, warnings } from '../report/table.js';
import { redeem } from '../scenario/redeem.js';
import { CUSTOMERS, type SettledAnswer } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { atMost, checkLines, type Study, type StudyResult } from './study.js';

const READY_MS = 60_000;
const POLL_MS = 10;
/** The second start, of the same folder, is made so often. */
const AGAIN = 3;
/** What the program prints last: a redemption to paste. */
const IS_READY = 'curl -s';

export interface StartResult extends StudyResult {
  /** From `npm start` to the answer of the first redemption: with no data folder, and with the one that was left. */
  readonly firstSeconds: number;
  readonly againSeconds: number;
}

/** `npm start`, installed and built, to the first settled redemption. */
export const start: Study = {
  name: 'start',
  scenario: { ...spread, name: 'start' },
  seconds: 10,
  async run(options, teardown, progress) {
    const result = await runStart(options, teardown, progress);
    const lines = [
      'npm start, installed and built, to the first settled redemption',
      ...warnings(result),
      `without data        ${result.firstSeconds} s`,
      `with data           ${result.againSeconds} s (median of ${AGAIN})`,
      ...checkLines(result.checks),
      `audit               ${auditLine(result.audit)}`,
    ];
    return { result, table: `${lines.join('\n')}\n` };
  },
};

async function runStart(_options: BenchOptions, teardown: Teardown, progress: Progress): Promise<StartResult> {
  const stolenShare = watchStolenTime();
  const parent = path.join(projectFolder, '.cache');
  await mkdir(parent, { recursive: true });
  const dataDir = await teardown.own(
    () => mkdtemp(path.join(parent, 'bench-start-')),
    (folder) => rm(folder, { recursive: true, force: true }),
  );
  const answers: SettledAnswer[] = [];
  const seconds: number[] = [];
  for (let time = 0; time <= AGAIN; time++) {
    const took = await startAndRedeem(dataDir, answers, teardown);
    seconds.push(took);
    progress(`${time === 0 ? 'without data' : 'with data'}: ${took} s`);
  }
  const [firstSeconds = 0, ...again] = seconds;
  const againSeconds = median(again);
  const { audit, postgres } = await auditFolder(dataDir, answers, teardown);
  return {
    scenario: 'start',
    settledPerSecond: Math.round(1_000 / firstSeconds) / 1_000,
    floorPerSecond: null,
    ratio: Math.round((againSeconds / firstSeconds) * 1_000) / 1_000,
    firstSeconds,
    againSeconds,
    checks: [
      atMost('npm start without data to the first settled redemption', firstSeconds, 6, ' s'),
      atMost('npm start with data to the first settled redemption', againSeconds, 6, ' s'),
    ],
    audit,
    machine: await describeMachine(dataDir, postgres),
    stolenShare: stolenShare(),
    queue: 'postgres',
    seconds: Math.round(seconds.reduce((sum, each) => sum + each, 0)),
    at: new Date().toISOString(),
  };
}

/** Starts the program as a person does, redeems as soon as it says that it can be done, and stops it. Seconds to the answer. */
async function startAndRedeem(dataDir: string, answers: SettledAnswer[], teardown: Teardown): Promise<number> {
  const port = await freePort();
  const { REDIS_URL: _redis, DATABASE_URL: _database, ...env } = process.env;
  const startedMs = performance.now();
  // In a process group of its own: npm and the shell between don't always pass a signal on.
  const child = await teardown.own(
    () =>
      spawn('npm', ['start'], {
        cwd: projectFolder,
        env: { ...env, PORT: `${port}`, DATA_DIR: dataDir },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    async (started) => {
      if (started.exitCode === null && started.signalCode === null) process.kill(-(started.pid as number), 'SIGKILL');
    },
  );
  const exited = once(child, 'exit');
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  while (!printed.includes(IS_READY)) {
    if (child.exitCode !== null || performance.now() - startedMs > READY_MS)
      throw new BenchFailure(`npm start did not come up:\n${printed}`);
    await sleep(POLL_MS);
  }
  const apiKey = (await readFile(path.join(dataDir, 'demo-api-key'), 'utf8')).trim();
  const connection = openConnection(`http://127.0.0.1:${port}`);
  const customerId = 'first-of-all';
  await connection.send({
    method: 'POST',
    path: `${CUSTOMERS}/${customerId}/points/earn`,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: '{"points":1000}',
  });
  const { status, answer } = await redeem(connection.send, { customerId, apiKey, idempotencyKey: `${startedMs}` });
  const seconds = Math.round((performance.now() - startedMs) / 10) / 100;
  await connection.close();
  if (status !== 200 || answer === undefined) throw new BenchFailure(`The first redemption was answered ${status}.`);
  answers.push(answer);
  process.kill(-(child.pid as number), 'SIGTERM');
  await exited;
  return seconds;
}

/** The program has stopped its database: it is started for the audit alone. */
async function auditFolder(
  dataDir: string,
  answers: readonly SettledAnswer[],
  teardown: Teardown,
): Promise<{ readonly audit: AuditReport; readonly postgres: string }> {
  const server = await teardown.own(
    () => startEmbeddedPostgres({ dataDir }),
    (started) => started.stop(),
  );
  const client = new pg.Client({ connectionString: server.connectionString('holdfast') });
  client.on('error', () => undefined);
  await teardown.own(
    () => client.connect(),
    () => client.end(),
  );
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  return { audit: await auditLedger(client, { answers }), postgres: rows[0]?.server_version ?? 'unknown' };
}
