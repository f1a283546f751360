import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { startDurableDatabase } from '../engine/durable-database.js';
import { makeLedger } from '../made-ledger/make-ledger.js';
import { projectFolder } from '../places.js';
import type { Teardown } from '../processes/teardown.js';
import { describeMachine, type Machine } from '../report/machine.js';
import type { AuditBenchOptions } from './audit-options.js';
import { measureBalances, type BalanceTimes } from './measure-balances.js';
import { measureRebuild, type RebuildFigures } from './measure-rebuild.js';
import { measureVerify, type VerifyFigures } from './measure-verify.js';

export interface AuditBenchResult {
  readonly events: number;
  readonly wallets: number;
  readonly makingSeconds: number;
  readonly verify: VerifyFigures;
  readonly rebuild: RebuildFigures;
  readonly balanceAt: BalanceTimes;
  readonly machine: Machine;
  readonly postgresSettings: Readonly<Record<string, string>>;
}

/** Makes a ledger, and measures what an auditor does with it. */
export async function runAuditBench(
  { events, threads }: AuditBenchOptions,
  teardown: Teardown,
  progress: (what: string) => void,
): Promise<AuditBenchResult> {
  const dataDir = await teardown.own(makeDataDir, (folder) => rm(folder, { recursive: true, force: true }));
  const { connectionString, settings, server } = await startDurableDatabase(dataDir, teardown);
  const machine = await describeMachine(dataDir, settings['server_version'] ?? 'unknown');
  progress(`Making a ledger of ${events} events …`);
  let told = 0;
  const made = await makeLedger({
    connectionString,
    events,
    onProgress: (written) => {
      if (written - told < events / 10) return;
      told = written;
      progress(`${Math.round((written / events) * 100)} % made`);
    },
  });
  progress('Measuring audit verify …');
  const database = { connectionString, postmasterPid: server.pid };
  const verify = await measureVerify(database, threads);
  progress('Measuring balances at a date …');
  const balanceAt = await measureBalances(connectionString);
  progress('Measuring projections rebuild …');
  const rebuild = await measureRebuild(database);
  const { wallets, secondsMaking: makingSeconds } = made;
  return {
    events: made.events,
    wallets,
    makingSeconds,
    verify,
    rebuild,
    balanceAt,
    machine,
    postgresSettings: settings,
  };
}

/** On the project's own disk: the folder for temporary files may lie in memory. */
async function makeDataDir(): Promise<string> {
  const parent = path.join(projectFolder, '.cache');
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, 'bench-audit-'));
}
