import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { auditLedger } from '../audit/audit-ledger.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import type { Service } from '../engine/engine.js';
import type { LoadTasks } from '../load/load-process.js';
import type { Teardown } from '../processes/teardown.js';
import { timeByLayer, type CpuProfile, type Span } from '../profile/cpu-profile.js';
import { layers, type Layer } from '../profile/layers.js';
import { countStatements, readStatements, STATEMENT_SETTINGS, type StatementCost } from '../profile/statements.js';
import { auditLine, warnings } from '../report/table.js';
import { GATHER_STATISTICS, rateOf } from '../rounds.js';
import { POINTS_SEEDED } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';
import type { Study, StudyResult } from './study.js';

/** Statements that are told one by one. */
const STATEMENTS = 14;
/** How much of a statement tells it from the others. */
const SHOWN_CHARACTERS = 60;

export interface ProfileResult extends StudyResult {
  readonly redemptions: number;
  /** Milliseconds for one redemption that the main thread wasn't idle, by layer. By the clock: whoever waits for a core counts as busy. */
  readonly processMs: Readonly<Record<Service, Readonly<Partial<Record<Layer, number>>>>>;
  readonly statementMs: readonly {
    readonly text: string;
    /** Rows of one call, for one redemption: milliseconds and bytes of the log. */
    readonly rowsACall: number;
    readonly ms: number;
    readonly walBytes: number;
  }[];
}

/** Where the time of one redemption goes: in the engine's processes by whose code it is, in the server by statement. Looking on costs time, too. */
export const profile: Study = {
  name: 'profile',
  scenario: { ...spread, name: 'profile' },
  seconds: 10,
  async run(options, teardown, progress) {
    const result = await runProfile(options, teardown, progress);
    return { result, table: profileTable(result) };
  },
};

async function runProfile(options: BenchOptions, teardown: Teardown, progress: Progress): Promise<ProfileResult> {
  progress('Starting PostgreSQL, the worker and the API …');
  const stage = await Stage.open(options, teardown, STATEMENT_SETTINGS);
  progress(`Seeding ${options.wallets} wallets …`);
  const { order } = await stage.load(spread, options);
  const folderOf = (service: Service) => path.join(stage.dataDir, `profile-${service}`);
  const profiled = (service: Service) => ['--cpu-prof', `--cpu-prof-dir=${folderOf(service)}`];
  await stage.restart({ inModules: true, nodeOptions: { api: profiled('api'), worker: profiled('worker') } });
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  const { baseUrl } = stage.engine;
  progress(`Warming up, ${options.warmUpSeconds} s …`);
  await stage.client.query(GATHER_STATISTICS);
  await load.ask('run', { ...order, baseUrl, seconds: options.warmUpSeconds });
  await stage.settle();
  await stage.client.query(GATHER_STATISTICS);
  await countStatements(stage.client);
  const fromUs = nowUs();
  const outcome = await load.ask('run', { ...order, baseUrl, seconds: options.seconds });
  await stage.settle();
  const span = { fromUs, toUs: nowUs() };
  const statements = await readStatements(stage.client);
  progress('Waiting for what is under way, then auditing the ledger …');
  await stage.close();
  const audit = await auditLedger(stage.client, { answers: stage.answersFile, earned: BigInt(POINTS_SEEDED) });
  const redemptions = Math.max(1, outcome.statuses['200'] ?? 0);
  return {
    scenario: 'profile',
    settledPerSecond: rateOf(outcome),
    floorPerSecond: null,
    ratio: 1,
    redemptions,
    processMs: {
      api: await layerTimes(folderOf('api'), span, redemptions),
      worker: await layerTimes(folderOf('worker'), span, redemptions),
    },
    statementMs: statements.map((statement) => forOne(statement, redemptions)),
    checks: [],
    audit,
    ...stage.madeIn(options.seconds),
  };
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Node.js writes the profile when the process ends; threads write theirs beside it. */
async function layerTimes(folder: string, span: Span, redemptions: number) {
  const times: Partial<Record<Layer, number>> = {};
  for (const file of await readdir(folder)) {
    const cpuProfile = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as CpuProfile;
    for (const [layer, ms] of timeByLayer(cpuProfile, span)) times[layer] = (times[layer] ?? 0) + ms / redemptions;
  }
  return Object.fromEntries(Object.entries(times).map(([layer, ms]) => [layer, rounded(ms)]));
}

function forOne({ text, calls, rows, ms, walBytes }: StatementCost, redemptions: number) {
  return {
    text,
    rowsACall: Math.round(rows / Math.max(1, calls)),
    ms: rounded(ms / redemptions),
    walBytes: Math.round(walBytes / redemptions),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10_000) / 10_000;
}

function profileTable(result: ProfileResult): string {
  const { processMs, statementMs } = result;
  const sum = (parts: readonly number[]) => rounded(parts.reduce((a, b) => a + b, 0));
  const line = (name: string, ...cells: readonly (string | number)[]) =>
    `${name.padEnd(SHOWN_CHARACTERS)}${cells.map((cell) => `${cell}`.padStart(12)).join('')}`;
  const { api, worker } = processMs;
  const lines = [
    `Profile of spread, queue in ${result.queue}: ${result.redemptions} redemptions, ${result.settledPerSecond}/s while being looked at`,
    ...warnings(result),
    '',
    line('busy ms for one redemption', 'API', 'worker'),
    ...layers.map((layer) => line(layer, api[layer] ?? 0, worker[layer] ?? 0)),
    line('together', sum(Object.values(api)), sum(Object.values(worker))),
    '',
    line('ms of the server for one redemption', 'ms', 'WAL bytes', 'rows a call'),
    ...statementMs
      .slice(0, STATEMENTS)
      .map(({ text, ms, walBytes, rowsACall }) => line(shown(text), ms, walBytes, rowsACall)),
    line('all statements', sum(statementMs.map(({ ms }) => ms)), sum(statementMs.map(({ walBytes }) => walBytes)), ''),
    '',
    `audit               ${auditLine(result.audit)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function shown(text: string): string {
  return text.length < SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 2)}…`;
}
