import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { KeyRing, VoucherCodes } from '#platform';
import { TEST_KEYS } from '../../support/ledger/ledger-rig.js';
import { seededRandom, type SeededRandom } from '../../support/ledger/seeded-random.js';
import { ProviderSimulator, WORST_MIX, type SentIssue } from '../../support/provider/index.js';
import { killPid } from '../../support/running-program.js';
import { KillableProgram } from '../killable-program.js';
import { readLedger } from '../oracle/evidence.js';
import { judge } from '../oracle/judge.js';
import { storiesIn } from '../oracle/redemption-story.js';
import { Turns } from '../turns.js';
import { ChaosLoad, type LoadCounts } from './chaos-load.js';

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
  private readonly program: KillableProgram;
  private readonly sentFile: string;
  private readonly random: SeededRandom;
  private readonly turns: Turns<string>;
  private readonly kills: Record<string, number> = {
    everything: 0,
    services: 0,
    database: 0,
    supervisor: 0,
    provider: 0,
  };
  private simulator: ProviderSimulator | undefined;

  constructor(
    private readonly options: ChaosOptions,
    private readonly folder: string,
  ) {
    this.sentFile = path.join(folder, 'sent.jsonl');
    const env = { NODE_OPTIONS: `--import=${RECORDER}`, HOLDFAST_TEST_SENT_ISSUES: this.sentFile };
    this.program = new KillableProgram({ folder, env });
    this.random = seededRandom(options.seed);
    this.turns = new Turns(['everything', 'services', 'database', 'supervisor', 'provider'], this.random);
  }

  async run(): Promise<ChaosResult> {
    const { seed, seconds, width } = this.options;
    const logFile = path.join(this.folder, 'effects.jsonl');
    const simulator = await ProviderSimulator.start({ seed, mix: WORST_MIX, delayMs: LATE_MS, logFile });
    this.simulator = simulator;
    await writeFile(this.sentFile, '');
    await this.program.start();
    await this.useProvider(simulator.baseUrl);
    const load = new ChaosLoad(() => this.program.running, seededRandom(seed + 1), CUSTOMERS);
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
    await this.program.stop();
    await this.simulator?.stop();
  }

  private async useProvider(baseUrl: string): Promise<void> {
    const companies = await this.program.query<{ id: number }>('SELECT id FROM company ORDER BY id');
    const provider = { kind: 'http', config: { baseUrl, timeoutMs: TIMEOUT_MS }, default: true };
    for (const { id } of companies) {
      await this.program.administer('PUT', `companies/${id}/voucher-providers/shop`, provider);
    }
  }

  /** Kills a random part; what the supervisor does not bring back is started again. */
  private async killSome(): Promise<void> {
    const { program, simulator } = this;
    if (simulator === undefined) return;
    const what = this.turns.next();
    this.kills[what] = (this.kills[what] ?? 0) + 1;
    if (what === 'provider') {
      await simulator.down();
      await sleep(this.random.below(2_000));
      await simulator.up();
      return;
    }
    const pids = await program.pids();
    if (pids === undefined) return;
    if (what === 'services') {
      for (const pid of pids.services) if (this.random.below(2) === 0) killPid(pid);
    } else if (what === 'database') {
      killPid(pids.postgres);
    } else {
      await program.bringDown(pids, what === 'everything' ? 'everything' : 'supervisor');
      await sleep(300 + this.random.below(700));
      await program.start();
    }
  }

  /** @returns how long it took until nothing was owed that no person has been told of. */
  private async waitForCalm(startMs: number): Promise<number | undefined> {
    while (performance.now() - startMs < this.options.calmMs) {
      const open = await this.program.query<{ open: number }>(UNFINISHED).catch(() => undefined);
      if (open?.[0]?.open === 0 && (this.simulator?.counts.latePending ?? 0) === 0) return performance.now() - startMs;
      await sleep(500);
    }
    return undefined;
  }

  private async judged(counts: LoadCounts, calmAfterMs: number | undefined): Promise<ChaosResult> {
    const ledger = await this.program.withPool((pool) => readLedger(pool, new VoucherCodes(KeyRing.parse(TEST_KEYS))));
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
    const log = await readFile(path.join(this.program.dataDir, 'api.log'), 'utf8');
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
}

/** Work that is owed now or soon, on redemptions that wait neither for an order nor for a person. */
const UNFINISHED = `
SELECT count(*)::int AS open FROM redemption r
 WHERE NOT EXISTS (SELECT FROM flagged_redemption f WHERE f.company_id = r.company_id AND f.redemption_id = r.id)
   AND (r.status IN ('requested', 'reserved', 'releasing', 'reversing') OR r.state::jsonb #>> '{voucher,state}' = 'orphaned')`;
