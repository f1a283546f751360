import { readFile } from 'node:fs/promises';

import type { AuditReport } from '../audit/audit-ledger.js';
import { measureVerify } from '../audit/measure-verify.js';
import type { BenchOptions } from '../bench-options.js';
import type { Progress } from '../bench.js';
import { makeCompanies } from '../engine/company.js';
import type { LoadOrder, LoadTasks } from '../load/load-process.js';
import { makeLedger, type MadeLedger } from '../made-ledger/make-ledger.js';
import type { BenchProcess } from '../processes/bench-process.js';
import type { Teardown } from '../processes/teardown.js';
import type { SettledAnswer } from '../scenario/scenario.js';
import { spread } from '../scenario/spread.js';
import { Stage } from '../stage.js';

/** As many as the made ledger has. */
export const GROWN_COMPANIES = 4;

/** Plan: primary key, for those that were answered. */
const COUNT_COMMITTED = `
  SELECT count(*)::int AS committed FROM unnest($1::uuid[]) a (id)
  JOIN redemption r ON r.id = a.id AND r.company_id = ANY($2::int[]) AND r.status = 'committed'`;

/** An engine, and a load of `spread` for the wallets of its ledger. */
export interface GrownSide {
  readonly stage: Stage;
  readonly load: BenchProcess<LoadTasks>;
  readonly order: LoadOrder;
  readonly companyIds: readonly number[];
}

/** An engine whose ledger has as many events as the options say. */
export async function openGrownLedger(
  options: BenchOptions,
  teardown: Teardown,
  progress: Progress,
): Promise<{ readonly side: GrownSide; readonly made: MadeLedger }> {
  const stage = await Stage.open(options, teardown);
  const { baseUrl, adminApiKey } = stage.engine;
  const companies = await makeCompanies(baseUrl, adminApiKey, GROWN_COMPANIES);
  companies.sort((a, b) => a.id - b.id);
  progress(`Making a ledger of ${options.events} events …`);
  const { connectionString } = stage.database;
  const made = await makeLedger({ connectionString, events: options.events });
  const { connections } = options;
  const { answersFile } = stage;
  const apiKeys = companies.map(({ apiKey }) => apiKey);
  const order = {
    scenario: spread.name,
    wallets: made.wallets,
    connections,
    seconds: 0,
    baseUrl,
    apiKeys,
    answersFile,
  };
  const load = await stage.process<LoadTasks>('load generator', 'load/load-process.js');
  return { side: { stage, load, order, companyIds: companies.map(({ id }) => id) }, made };
}

/** The engine's own audit, which reads millions of events in time; and whatever callers were told is settled is committed. */
export async function auditGrown({ stage, companyIds, order }: GrownSide, wallets: number): Promise<AuditReport> {
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
