import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parse } from 'yaml';
import { ProviderSimulator } from '../../support/provider/index.js';
import { freePort, startRedisServer, type RedisServer } from '../../support/index.js';
import { ServiceProcess } from '../../support/service-process.js';
import { until } from '../../support/until.js';
import { OperatedProgram } from './operated-program.js';

const redemption = { rewardOptionId: 'r', rewardName: 'R', pointsCost: 10 };

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface AlertRules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

describe('A program in operation', () => {
  let provider: ProviderSimulator;
  let redis: RedisServer | undefined;
  let program: OperatedProgram;
  let api: string;
  let worker: string;

  beforeAll(async () => {
    provider = await ProviderSimulator.start();
    redis = await startRedisServer();
    program = await OperatedProgram.start({
      CHECKPOINT_KEY: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      CHECKPOINT_EVERY_SECONDS: '1',
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    });
    const { key } = await program.company({ config: { baseUrl: provider.baseUrl } });
    await program.loyalty(key, '/customers/c1/points/earn', { points: 100 });
    await program.loyalty(key, '/customers/c1/redeem', redemption);
    await program.loyalty(key, '/customers/c1/redeem', { ...redemption, delayPointsDeduction: true });
    api = (await program.get(`${program.apiUrl}/metrics`)).text;
    worker = (await program.get(`${program.workerUrl}/metrics`)).text;
  });
  afterAll(async () => {
    await program.stop();
    await redis?.stop();
    await provider.stop();
  });

  it('counts what redemptions came to, in the process that wrote it', () => {
    expect(valueOf(api, 'holdfast_redemptions_total{outcome="requested",reason=""}')).toBe(2);
    expect(valueOf(worker, 'holdfast_redemptions_total{outcome="committed",reason="immediate"}')).toBe(1);
    expect(valueOf(worker, 'holdfast_ledger_events_total{type="VoucherIssued"}')).toBe(2);
  });

  it('shows what stands open in the database: one hold, for its order, of ten points, nothing under way', async () => {
    const figures = [
      'holdfast_holds_outstanding',
      'holdfast_held_points',
      'holdfast_unfinished_redemptions{status="reserved"}',
      'holdfast_flagged_redemptions',
      'holdfast_oldest_unfinished_redemption_seconds',
    ];
    const shown = async () => {
      const { text } = await program.get(`${program.apiUrl}/metrics`);
      return figures.map((name) => valueOf(text, name));
    };
    await until(async () => (await shown()).join() === '1,10,1,0,0');
    expect(await shown()).toEqual([1, 10, 1, 0, 0]);
  });

  it('shows the worker’s steps, its jobs, and its calls to providers', () => {
    expect(valueOf(worker, 'holdfast_saga_step_duration_seconds_count{step="reserve",result="moved"}')).toBe(2);
    expect(valueOf(worker, 'holdfast_provider_calls_total{call="issue",outcome="issued"}')).toBe(2);
    expect(valueOf(worker, 'holdfast_provider_breakers{state="closed"}')).toBe(1);
    expect(valueOf(worker, 'holdfast_worker_redemptions_total{via="queue"}')).toBeGreaterThanOrEqual(2);
    expect(valueOf(worker, 'holdfast_due_work_overdue_seconds')).toBe(0);
    expect(valueOf(worker, 'holdfast_ledger_group_commands_count')).toBeGreaterThanOrEqual(2);
  });

  it('shows how long ago the ledger was sealed, and that no checkpoint is due once it is', async () => {
    const shown = async () => {
      const { text } = await program.get(`${program.workerUrl}/metrics`);
      return ['age', 'overdue'].map((what) => valueOf(text, `holdfast_checkpoint_${what}_seconds`));
    };
    await until(async () => (await shown()).every((seconds) => seconds !== undefined));
    await until(async () => (await shown())[1] === 0);
    expect((await shown())[0]).toBeGreaterThan(0);
  });

  it('says nothing of checkpoints where there is no key to seal with', async () => {
    const port = await freePort();
    const other = await ServiceProcess.start('worker', {
      DATABASE_URL: program.database.connectionString,
      ADMIN_API_KEY: program.adminKey,
      ENCRYPTION_KEY: '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
      METRICS_PORT: `${port}`,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    });
    const { text } = await program.get(`http://127.0.0.1:${port}/metrics`);
    await other.stop();
    expect(text).toContain('holdfast_due_work_overdue_seconds');
    expect(text).not.toContain('holdfast_checkpoint');
  });

  it('has no label that grows with use: no id, no name a company chose', () => {
    const labels = new Set([...`${api}${worker}`.matchAll(/[{,]([a-z_]+)="/g)].map(([, name]) => name));
    const known = [
      'call',
      'kind',
      'le',
      'major',
      'method',
      'minor',
      'outcome',
      'patch',
      'quantile',
      'reason',
      'result',
    ];
    const more = ['route', 'space', 'state', 'status', 'step', 'type', 'version', 'via'];
    expect([...labels].filter((name) => ![...known, ...more].includes(name ?? ''))).toEqual([]);
    expect(`${api}${worker}`).not.toContain('shop');
  });

  it('has every metric that the dashboard and the alerts ask for', () => {
    const board = JSON.parse(readFileSync('deploy/grafana/holdfast.json', 'utf8')) as { readonly panels: Panel[] };
    const alerts = parse(readFileSync('deploy/alerts.yml', 'utf8')) as AlertRules;
    const asked = [
      ...board.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ];
    const wanted = new Set(asked.flatMap((expr) => expr.match(/\b(?:holdfast|nodejs|process)_[a-z0-9_]+/g) ?? []));
    const there = new Set([...`${api}\n${worker}`.matchAll(/^([a-z0-9_]+)(?:\{| )/gm)].map(([, name]) => name));
    expect(wanted.size).toBeGreaterThan(20);
    // Labels of counters appear with their first count, their descriptions from the start.
    const described = new Set([...`${api}\n${worker}`.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect([...wanted].filter((name) => !there.has(name) && !described.has(name))).toEqual([]);
  });

  it('documents every alert', () => {
    const { groups } = parse(readFileSync('deploy/alerts.yml', 'utf8')) as AlertRules;
    const documented = readFileSync('docs/operations.md', 'utf8');
    const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('shows the queue’s board to the administrator alone, to look at and not to touch', async () => {
    const board = `${program.workerUrl}/queues`;
    const asAdmin = { 'x-admin-key': program.adminKey };
    const basic = Buffer.from(`anyone:${program.adminKey}`).toString('base64');
    const answers = await Promise.all([
      program.get(board),
      program.get(board, { 'x-admin-key': 'a-wrong-key' }),
      program.get(`${board}/api/queues`),
      program.get(board, asAdmin),
      program.get(board, { authorization: `Basic ${basic}` }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 200, 200]);
    const { text } = await program.get(`${board}/api/queues`, asAdmin);
    const { queues } = JSON.parse(text) as { queues: readonly { name: string; readOnlyMode: boolean }[] };
    expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toContainEqual(['saga-local', true]);
    const pause = await fetch(`${board}/api/queues/saga-local/pause`, { method: 'PUT', headers: asAdmin });
    expect(pause.status).toBe(405);
  });

  it('passes the checks of a restored database, which find points, events and bytes that are not as they were', async () => {
    const client = new pg.Client({ connectionString: program.database.connectionString });
    await client.connect();
    const documented = /```sql\n([^]+?)```/.exec(readFileSync('docs/operations.md', 'utf8'))?.[1] ?? '';
    const checks = documented.split(';').filter((sql) => sql.trim() !== '');
    const counts = async () => {
      const results: number[] = [];
      for (const sql of checks) results.push(Number((await client.query<{ count: string }>(sql)).rows[0]?.count));
      return results;
    };
    expect(await counts()).toEqual([0, 0, 0]);
    await client.query('BEGIN');
    // Past the triggers that keep events as they are, and the constraint that keeps points together.
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query('ALTER TABLE wallet DROP CONSTRAINT wallet_conserves_points');
    await client.query('UPDATE wallet SET available = available + 1');
    await client.query(`UPDATE event SET body = replace(body, '"type":', '"type" :') WHERE version = 2`);
    await client.query('DELETE FROM event WHERE version = 3');
    expect((await counts()).map((count) => count > 0)).toEqual([true, true, true]);
    await client.query('ROLLBACK');
    await client.end();
  });

  it('is healthy while it is; without its queue the worker goes on, degraded; without its database it is not ready', async () => {
    const ready = (url: string) => program.get(`${url}/health/ready`);
    expect([(await ready(program.apiUrl)).status, (await ready(program.workerUrl)).status]).toEqual([200, 200]);
    expect((await program.get(`${program.workerUrl}/health/live`)).status).toBe(200);
    if (redis !== undefined) {
      await redis.stop();
      const degraded = await ready(program.workerUrl);
      expect([degraded.status, JSON.parse(degraded.text)]).toEqual([
        200,
        { status: 'degraded', checks: { database: 'ok', queue: 'unreachable', work: 'ok' } },
      ]);
    }
    await program.database.drop();
    const answers = await Promise.all([ready(program.apiUrl), ready(program.workerUrl)]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    for (const { text } of answers) {
      expect(JSON.parse(text)).toMatchObject({ status: 'unavailable', checks: { database: 'unreachable' } });
    }
    expect((await program.get(`${program.apiUrl}/health/live`)).status).toBe(200);
  });
});

/** The value of a sample, given as Prometheus writes it. */
function valueOf(text: string, sample: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}
