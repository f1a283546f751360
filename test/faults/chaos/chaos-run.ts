import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createLogger, createPool, KeyRing, loadServiceConfig, VoucherCodes } from '#platform';
import { findEmbeddedPostgres } from '#platform/embedded-postgres';
import type pg from 'pg';
import { seededRandom, type SeededRandom } from '../../support/ledger/seeded-random.js';
import { ProviderSimulator, WORST_MIX, type SentIssue } from '../../support/provider/index.js';
import { startProgram, type RunningProgram } from '../../support/running-program.js';
import { readLedger } from '../oracle/evidence.js';
import { judge } from '../oracle/judge.js';
import { storiesIn } from '../oracle/redemption-story.js';
import { ChaosLoad, type LoadCounts } from './chaos-load.js';

const ADMIN_KEY = 'an-admin-key-of-the-chaos-test';
const KEYS = '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const CUSTOMERS = 40;
const TIMEOUT_MS = 700;
const LATE_MS = 6_000;
/** Notes in each process of the program what it sends. */
const RECORDER = pathToFileURL(path.resolve('dist/test/support/provider/record-sent-issues.js')).href;

export interface ChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly width: number;
  /** How long after the last fault everything must have ended or been flagged. */
  readonly calmMs: number;
}

export interface ChaosResult {
  readonly counts: LoadCounts;
  readonly kills: Readonly<Record<string, number>>;
  readonly redemptions: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly flagged: number;
  /** How long after the last fault nothing was unfinished and unflagged any more; undefined when that did not come true. */
  readonly calmAfterMs: number | undefined;
  readonly findings: readonly string[];
  /** What the API logged as errors of its own, each once. */
  readonly apiErrors: readonly string[];
}

/**
 * The whole program as `npm start` runs it, a provider in its worst mix, callers that never stop, and SIGKILL for everything: a random part of it every
 * few seconds, PostgreSQL and the supervisor included. Then the faults stop, and the oracle joins both accounts.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-chaos-'));
  const chaos = new Chaos(options, folder);
  try {
    return await chaos.run();
  } finally {
    await chaos.end();
    await rm(folder, { recursive: true, force: true });
  }
}

class Chaos {
  private readonly dataDir: string;
  private readonly sentFile: string;
  private readonly random: SeededRandom;
  private readonly kills: Record<string, number> = {
    everything: 0,
    services: 0,
    database: 0,
    supervisor: 0,
    provider: 0,
  };
  private program: RunningProgram | undefined;
  private simulator: ProviderSimulator | undefined;
  private isUp = false;
  private turns: string[] = [];

  constructor(
    private readonly options: ChaosOptions,
    folder: string,
  ) {
    this.dataDir = path.join(folder, '.data');
    this.sentFile = path.join(folder, 'sent.jsonl');
    this.random = seededRandom(options.seed);
  }

  async run(): Promise<ChaosResult> {
    const { seed, seconds, width } = this.options;
    const logFile = path.join(path.dirname(this.dataDir), 'effects.jsonl');
    const simulator = await ProviderSimulator.start({ seed, mix: WORST_MIX, delayMs: LATE_MS, logFile });
    this.simulator = simulator;
    await writeFile(this.sentFile, '');
    await this.start();
    await this.useProvider(simulator.baseUrl);
    const target = () =>
      this.isUp && this.program !== undefined
        ? { baseUrl: this.program.baseUrl, apiKey: this.program.apiKey }
        : undefined;
    const load = new ChaosLoad(target, seededRandom(seed + 1), CUSTOMERS);
    await load.earn();
    const running = load.run(width);
    const endMs = performance.now() + seconds * 1_000;
    while (performance.now() < endMs) {
      await sleep(1_000 + this.random.below(3_000));
      await this.killSome();
    }
    simulator.useMix({});
    await simulator.up();
    load.stop();
    await running;
    const calmStartMs = performance.now();
    const calmAfterMs = await this.waitForCalm(calmStartMs);
    return this.judged(load.counts, calmAfterMs);
  }

  async end(): Promise<void> {
    await this.program?.stop();
    await this.simulator?.stop();
  }

  private async start(): Promise<void> {
    this.program = await startProgram({
      dataDir: this.dataDir,
      env: {
        ADMIN_API_KEY: ADMIN_KEY,
        ENCRYPTION_KEY: KEYS,
        LOG_LEVEL: 'warn',
        RESERVE_TTL_SECONDS: '20',
        REQUEST_TTL_SECONDS: '20',
        NODE_OPTIONS: `--import=${RECORDER}`,
        HOLDFAST_TEST_SENT_ISSUES: this.sentFile,
      },
    });
    this.isUp = true;
  }

  private async useProvider(baseUrl: string): Promise<void> {
    const companies = await this.query<{ id: number }>('SELECT id FROM company ORDER BY id');
    const config = { baseUrl, timeoutMs: TIMEOUT_MS };
    for (const { id } of companies) {
      const url = `${this.program?.baseUrl ?? ''}/admin/v1/companies/${id}/voucher-providers/shop`;
      const response = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-admin-key': ADMIN_KEY },
        body: JSON.stringify({ kind: 'http', config, default: true }),
      });
      if (!response.ok) throw new Error(`The provider was not taken: ${await response.text()}`);
    }
  }

  /** Each kind in turn, the turns shuffled: even a short run meets every one. */
  private next(): string {
    if (this.turns.length === 0) this.turns = ['everything', 'services', 'database', 'supervisor', 'provider'];
    return this.turns.splice(this.random.below(this.turns.length), 1)[0] ?? 'everything';
  }

  /** Kills a random part; what the supervisor does not bring back is started again. */
  private async killSome(): Promise<void> {
    const { program, simulator } = this;
    if (program === undefined || simulator === undefined) return;
    const what = this.next();
    this.kills[what] = (this.kills[what] ?? 0) + 1;
    if (what === 'provider') {
      await simulator.down();
      await sleep(this.random.below(2_000));
      await simulator.up();
      return;
    }
    // A server that is just being started again has no process id on record: then there is nothing to kill there.
    const pids = await program.pids().catch(() => undefined);
    if (pids === undefined) return;
    if (what === 'services') {
      for (const pid of pids.services) if (this.random.below(2) === 0) kill(pid);
    } else if (what === 'database') {
      kill(pids.postgres);
    } else {
      this.isUp = false;
      const rest = what === 'everything' ? [...pids.services, pids.postgres] : [];
      for (const pid of rest) kill(pid);
      kill(pids.supervisor);
      await sleep(300 + this.random.below(700));
      await this.start();
    }
  }

  /** @returns how long it took until nothing was owed that no person has been told of. */
  private async waitForCalm(startMs: number): Promise<number | undefined> {
    while (performance.now() - startMs < this.options.calmMs) {
      const open = await this.query<{ open: number }>(UNFINISHED).catch(() => undefined);
      if (open?.[0]?.open === 0 && (this.simulator?.counts.latePending ?? 0) === 0) return performance.now() - startMs;
      await sleep(500);
    }
    return undefined;
  }

  private async judged(counts: LoadCounts, calmAfterMs: number | undefined): Promise<ChaosResult> {
    const ledger = await this.withPool((pool) => readLedger(pool, new VoucherCodes(KeyRing.parse(KEYS))));
    const { simulator } = this;
    const sentIssues = await this.sentIssues();
    const evidence = { ...ledger, effects: simulator?.effects() ?? [], sentIssues, brokenPromises: new Set<string>() };
    const stories = storiesIn(ledger.events);
    const byStatus: Record<string, number> = {};
    for (const { status } of stories) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return {
      counts,
      kills: this.kills,
      redemptions: stories.length,
      byStatus,
      flagged: stories.filter(({ openFlags }) => openFlags.length > 0).length,
      calmAfterMs,
      findings: judge(evidence),
      apiErrors: await this.apiErrors(),
    };
  }

  private async sentIssues(): Promise<readonly SentIssue[]> {
    const notes = (await readFile(this.sentFile, 'utf8')).split('\n');
    // A kill can cut a note short; the call it was for had not been sent.
    const whole = notes.filter((note) => note.endsWith('}'));
    return whole.map((note) => JSON.parse(note) as SentIssue);
  }

  private async apiErrors(): Promise<readonly string[]> {
    const log = await readFile(path.join(this.dataDir, 'api.log'), 'utf8');
    const errors = log
      .split('\n')
      .filter((line) => /"level":("error"|50)/.test(line))
      .map(
        (line) =>
          JSON.parse(line) as {
            readonly msg?: string;
            readonly err?: { readonly stack?: string; readonly message?: string };
          },
      )
      .map(({ msg, err }) => `${msg ?? ''} ${(err?.stack ?? err?.message ?? '').split('\n').slice(0, 8).join('\n')}`);
    return [...new Set(errors)].slice(0, 20);
  }

  private query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return this.withPool(async (pool) => (await pool.query<Row>(sql)).rows);
  }

  private async withPool<Result>(work: (pool: pg.Pool) => Promise<Result>): Promise<Result> {
    const found = await findEmbeddedPostgres(this.dataDir);
    if (found === undefined) throw new Error('No database runs at this moment.');
    const { database } = loadServiceConfig({
      DATABASE_URL: found.ownerUrl,
      ADMIN_API_KEY: ADMIN_KEY,
      ENCRYPTION_KEY: KEYS,
    });
    const logger = createLogger({ app: 'test', level: 'silent' });
    const pool = createPool(database, { applicationName: 'chaos', logger, max: 1 });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  }
}

/** Work that is owed now or soon, on redemptions that wait neither for an order nor for a person. */
const UNFINISHED = `
SELECT count(*)::int AS open FROM redemption r
 WHERE NOT EXISTS (SELECT FROM flagged_redemption f WHERE f.company_id = r.company_id AND f.redemption_id = r.id)
   AND (r.status IN ('requested', 'reserved', 'releasing', 'reversing') OR r.state::jsonb #>> '{voucher,state}' = 'orphaned')`;

/** Only ever a process of the program's own. */
function kill(pid: number): void {
  if (!(pid > 1)) throw new Error(`${pid} is not a process of the program.`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
