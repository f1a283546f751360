import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { startDurableDatabase } from '../engine/durable-database.js';
import { makeLedger, type MadeLedger } from '../made-ledger/make-ledger.js';
import { projectFolder } from '../places.js';
import type { Teardown } from '../processes/teardown.js';
import { describeMachine } from '../report/machine.js';
import type { Provenance } from '../report/provenance.js';
import { watchStolenTime } from '../report/stolen-time.js';
import type { AuditBenchOptions } from './audit-options.js';
import { measureBalances, type BalanceTimes } from './measure-balances.js';
import { measureRebuild, type RebuildFigures } from './measure-rebuild.js';
import { measureVerify, type VerifyFigures } from './measure-verify.js';

/** What was measured with a ledger of one size. */
export interface AuditFigures {
  readonly events: number;
  readonly wallets: number;
  readonly verify: VerifyFigures;
  readonly rebuild: RebuildFigures;
  readonly balanceAt: BalanceTimes;
}

export interface AuditBenchResult extends Provenance {
  readonly sizes: readonly AuditFigures[];
  readonly postgresSettings: Readonly<Record<string, string>>;
}

/** Makes a ledger, lets it grow, and measures at each size what an auditor does with it. */
export async function runAuditBench(
  { events, threads }: AuditBenchOptions,
  teardown: Teardown,
  progress: (what: string) => void,
): Promise<AuditBenchResult> {
  const stolenShare = watchStolenTime();
  const dataDir = await teardown.own(makeDataDir, (folder) => rm(folder, { recursive: true, force: true }));
  const { connectionString, settings, server } = await startDurableDatabase(dataDir, teardown);
  const machine = await describeMachine(dataDir, settings['server_version'] ?? 'unknown');
  const sizes: AuditFigures[] = [];
  let before = { events: 0, wallets: 0 };
  for (const size of events) {
    progress(`Making a ledger of ${size} events …`);
    const made = await grow(connectionString, before, size, progress);
    before = { events: before.events + made.events, wallets: before.wallets + made.wallets };
    progress('Measuring audit verify …');
    const database = { connectionString, postmasterPid: server.pid };
    const verify = await measureVerify(database, threads);
    progress('Measuring balances at a date …');
    const balanceAt = await measureBalances(connectionString);
    progress('Measuring projections rebuild …');
    const rebuild = await measureRebuild(database);
    sizes.push({ ...before, verify, rebuild, balanceAt });
  }
  return { sizes, machine, stolenShare: stolenShare(), postgresSettings: settings, at: new Date().toISOString() };
}

async function grow(
  connectionString: string,
  before: { readonly events: number; readonly wallets: number },
  size: number,
  progress: (what: string) => void,
): Promise<MadeLedger> {
  const events = size - before.events;
  let told = 0;
  return makeLedger({
    connectionString,
    events,
    walletsBefore: before.wallets,
    onProgress: (written) => {
      if (written - told < events / 10) return;
      told = written;
      progress(`${Math.round((written / events) * 100)} % made`);
    },
  });
}

/** On the project's own disk: the folder for temporary files may lie in memory. */
async function makeDataDir(): Promise<string> {
  const parent = path.join(projectFolder, '.cache');
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, 'bench-audit-'));
}
