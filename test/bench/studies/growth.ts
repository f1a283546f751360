import { readFile } from 'node:fs/promises';

import type { AuditReport } from '../audit/audit-ledger.js';
import { measureVerify } from '../audit/measure-verify.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { makeCompanies } from '../engine/company.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import { makeLedger } from '../made-ledger/make-ledger.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';
import { median } from '../report/median.js';
import { warnings } from '../report/table.js';
import { GATHER_STATISTICS, rateOf } from '../rounds.js';
import type { SettledAnswer } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import { atLeast, checkLines, type Study, type StudyResult } from './study.js';

/** As many as the made ledger has. */
const COMPANIES = 4;

/** Plan: primary key, for those that were answered. */
const COUNT_COMMITTED = `
  SELECT count(*)::int AS committed FROM unnest($1::uuid[]) a (id)
  JOIN redemption r ON r.id = a.id AND r.company_id = ANY($2::int[]) AND r.status = 'committed'`;

export interface GrowthResult extends StudyResult {
  readonly events: number;
  readonly wallets: number;
  readonly rounds: readonly { readonly grown: number; readonly empty: number }[];
}

/** `spread` on the wallets of a ledger that has grown, and on as many wallets of an empty one, in turns. */
export const growth: Study = {
  name: 'growth',
  scenario: { ...spread, name: 'growth', companies: COMPANIES },
  seconds: 15,
  async run(options, teardown, progress) {
    const result = await runGrowth(options, teardown, progress);
    const lines = [
      `spread on a ledger of ${result.events} events in ${result.wallets} wallets, queue in ${result.queue}`,
      ...warnings(result),
      ...result.rounds.map(({ grown, empty }, i) => `round ${i + 1}             grown ${grown}/s, empty ${empty}/s`),
      `settled/s (median)  grown ${result.settledPerSecond}, empty ${result.floorPerSecond}, ratio ${result.ratio}`,
      ...checkLines(result.checks),
      `audit               ${result.audit.events} events, ${result.audit.answers} answers: ${result.audit.findingsTotal} findings`,
    ];
    return { result, table: `${lines.join('\n')}\n` };
  },
};

interface Side {
  readonly stage: Stage;
  readonly load: BenchProcess<LoadTasks>;
  readonly order: LoadOrder;
  readonly companyIds: readonly number[];
}

async function runGrowth(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<GrowthResult> {
  progress('Starting PostgreSQL, the worker and the API, twice …');
  const grownStage = await Stage.open(options, teardown);
  const { baseUrl, adminApiKey } = grownStage.engine;
  const companies = await makeCompanies(baseUrl, adminApiKey, COMPANIES);
  companies.sort((a, b) => a.id - b.id);
  progress(`Making a ledger of ${options.events} events …`);
  const { connectionString } = grownStage.database;
  const made = await makeLedger({ connectionString, events: options.events });
  const { connections } = options;
  const common = { scenario: spread.name, wallets: made.wallets, connections, seconds: 0 };
  const { answersFile } = grownStage;
  const apiKeys = companies.map(({ apiKey }) => apiKey);
  const grown: Side = {
    stage: grownStage,
    load: await grownStage.process<LoadTasks>('load generator', 'load/load-process.js'),
    order: { ...common, baseUrl, apiKeys, answersFile },
    companyIds: companies.map(({ id }) => id),
  };
  const emptyStage = await Stage.open(options, teardown);
  const staged = await emptyStage.load({ ...spread, companies: COMPANIES }, { wallets: made.wallets, connections });
  const empty: Side = {
    stage: emptyStage,
    load: await emptyStage.process<LoadTasks>('load generator', 'load/load-process.js'),
    order: staged.order,
    companyIds: [],
  };
  const run = async ({ load, order, stage }: Side, seconds: number) => {
    const outcome = await load.ask('run', { ...order, seconds });
    await stage.settle();
    return rateOf(outcome);
  };
  for (const side of [grown, empty]) {
    await side.stage.client.query('CHECKPOINT');
    await run(side, options.warmUpSeconds);
    await side.stage.client.query(GATHER_STATISTICS);
  }
  const rounds: { grown: number; empty: number }[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const seconds = options.seconds / options.rounds;
    const rates = { grown: await run(grown, seconds), empty: await run(empty, seconds) };
    rounds.push(rates);
    progress(`Round ${round} of ${options.rounds}: grown ${rates.grown}/s, empty ${rates.empty}/s`);
  }
  progress('Auditing the ledger that has grown …');
  await emptyStage.close();
  await grownStage.close();
  const audit = await auditGrown(grown, made.wallets);
  const settledPerSecond = median(rounds.map((round) => round.grown));
  const floorPerSecond = median(rounds.map((round) => round.empty));
  const ratio = Math.round((settledPerSecond / Math.max(1, floorPerSecond)) * 1_000) / 1_000;
  return {
    scenario: 'growth',
    settledPerSecond,
    floorPerSecond,
    ratio,
    events: made.events,
    wallets: made.wallets,
    rounds,
    checks: [atLeast('a grown ledger to an empty one', ratio, 0.85, '')],
    audit,
    machine: grownStage.machine,
    queue: grownStage.queue,
    seconds: options.seconds,
    at: new Date().toISOString(),
  };
}

/** The engine's own audit, which reads millions of events in time; and whatever callers were told is settled is committed. */
async function auditGrown({ stage, companyIds, order }: Side, wallets: number): Promise<AuditReport> {
  const lines = (await readFile(order.answersFile, 'utf8')).split('\n').filter((line) => line !== '');
  const ids = lines.map((line) => (JSON.parse(line) as SettledAnswer).redemptionId);
  const { rows } = await stage.client.query<{ committed: number }>(COUNT_COMMITTED, [ids, companyIds]);
  const { connectionString, server } = stage.database;
  const measured = { connectionString, postmasterPid: server.pid };
  const missing = ids.length - (rows[0]?.committed ?? 0);
  const { events, findingsTotal } = await measureVerify(measured, undefined);
  const detail = `${missing} of ${ids.length}`;
  const lost = { invariant: 'what was answered as settled is committed', where: 'redemption', detail };
  return {
    wallets,
    events,
    redemptions: ids.length,
    answers: ids.length,
    findingsTotal: findingsTotal + missing,
    findings: missing === 0 ? [] : [lost],
  };
}
