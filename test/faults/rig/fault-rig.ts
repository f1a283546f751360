import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundProvider, Redemption, RequestRedemption } from '#domain';
import type { DueRedemption, RedemptionKey } from '#ledger';
import { createLogger, createPool, loadServiceConfig, uuidV7, VoucherCodes } from '#platform';
import { createHttpKind, providerKinds } from '#vouchers';
import type pg from 'pg';
import type { SagaWorker } from '../../../apps/worker/src/saga-worker.js';
import { composeWorker } from '../../../apps/worker/src/worker.module.js';
import type { WorkerTuning } from '../../../apps/worker/src/worker-tuning.js';
import { createTestDatabase, freePort, type TestDatabase } from '../../support/index.js';
import { openRig, request, type LedgerRig } from '../../support/ledger/ledger-rig.js';
import {
  ProviderSimulator,
  watchSentIssues,
  type ProviderTraits,
  type SentIssue,
} from '../../support/provider/index.js';
import { readLedger, type Evidence } from '../oracle/evidence.js';
import { PATIENCE_MS } from '../../support/until.js';
import { FaultWorker, type Failure } from './fault-worker.js';

/** As long as a call may take here: silence is waited for in full, and a busy machine answers within it. */
export const TIMEOUT_MS = 400;
/** Shorter than a call that is not answered: a job comes again while the first is still at it. */
const LEASE_MS = 300;
/** A look at a redemption takes as long as so many claims, at most. */
const CLAIMS_A_LOOK = 20;
const PUMP_MS = 15;
const POLL_MS = 60;
const KEYS = '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
/** A breaker that never opens: it is tested by itself, and here every call has to be made. */
const OPEN_GATE = { sampledCalls: 100_000, callsMin: 100_000, failuresRatio: 0.999_999, pauseMs: 1, pauseMaxMs: 1 };

const OWED_TO_ENDED = `
SELECT count(*)::int AS owed FROM saga_work s
  JOIN redemption r ON r.company_id = s.company_id AND r.id = s.redemption_id
 WHERE r.status IN ('committed', 'failed', 'released', 'expired', 'reversed')
   AND r.state::jsonb #>> '{voucher,state}' <> 'orphaned'`;

export interface ProviderSetup {
  readonly traits?: Partial<ProviderTraits>;
  /** What the engine is told of it. */
  readonly config?: Readonly<Record<string, boolean>>;
  /** Nobody listens at its address. */
  readonly isDown?: boolean;
}

const TUNING: Partial<WorkerTuning> = { firstPauseMs: 20, flagTries: 4, flagAfterMs: 300, leaseMs: LEASE_MS };

/** Takes a due job to whoever shall work on it. */
export type Deliver = (item: DueRedemption) => void;

/**
 * One database with a company, real simulated providers, and workers that are objects, so that a case can let one die at any point. Everything
 * between them is the engine's own: ledger, saga, provider client.
 */
export class FaultRig {
  private readonly receivers = new Map<string, Deliver>();
  private readonly bound = new Map<string, Omit<BoundProvider, 'key'>>();
  private readonly sentIssues: SentIssue[] = [];
  private readonly stopWatching = watchSentIssues((issue) => this.sentIssues.push(issue));
  private pumping: Promise<void> | undefined;
  private isOver = false;

  private constructor(
    private readonly database: TestDatabase,
    readonly api: LedgerRig,
    readonly companyId: number,
    private readonly pool: pg.Pool,
    private readonly worker: SagaWorker,
    readonly codes: VoucherCodes,
    readonly simulators: Map<string, ProviderSimulator>,
  ) {}

  static async open(setups: Readonly<Record<string, ProviderSetup>>): Promise<FaultRig> {
    const database = await createTestDatabase();
    const api = openRig(database.connectionString, { poolMax: 16 });
    const { rows } = await api.pool.query<{ id: number }>(
      `INSERT INTO company (guid, name, base_currency, secret) VALUES (gen_random_uuid(), 'Test', 'EUR', 'unused') RETURNING id`,
    );
    const config = loadServiceConfig(environmentOf(database));
    const logger = createLogger({ app: 'worker', level: config.logLevel });
    const pool = createPool(config.database, { applicationName: 'holdfast-worker', logger, max: 4 });
    const kinds = new Map([...providerKinds, ['http', createHttpKind({ gate: OPEN_GATE })] as const]);
    const giveUp = () => undefined;
    const worker = composeWorker({ config, logger, giveUp, kinds, tuning: TUNING }, pool);
    const codes = new VoucherCodes(config.encryptionKeys);
    const rig = new FaultRig(database, api, rows[0]?.id ?? 0, pool, worker, codes, new Map());
    for (const [name, setup] of Object.entries(setups)) await rig.addProvider(name, setup);
    return rig;
  }

  simulator(name: string): ProviderSimulator {
    const simulator = this.simulators.get(name);
    if (simulator === undefined) throw new Error(`There is no provider ${name}.`);
    return simulator;
  }

  newWorker(failure?: Failure): FaultWorker {
    // The composed worker's own context: what a case holds up is put around it, and nothing else differs from the program.
    return new FaultWorker(this.worker.processor['context'], failure);
  }

  async redeem(
    provider: string,
    change: Partial<RequestRedemption> = {},
    deliver?: Deliver,
  ): Promise<{ readonly key: RedemptionKey; readonly walletId: string }> {
    const walletId = await this.api.walletWith(this.companyId, uuidV7(), 100n);
    const redemptionId = change.redemptionId ?? uuidV7();
    const bound = this.bound.get(provider);
    const named = bound === undefined ? {} : { provider: { ...bound, key: redemptionId } };
    const command = request(30n, { callSeconds: 20n, holdSeconds: 20n, ...named, ...change, redemptionId });
    if (deliver !== undefined) this.receivers.set(redemptionId, deliver);
    await this.api.run(this.companyId, walletId, command);
    return { key: { companyId: this.companyId, redemptionId }, walletId };
  }

  async redemption(key: RedemptionKey): Promise<Redemption> {
    const [loaded] = await this.api.reader.load([key]);
    if (loaded === undefined) throw new Error(`There is no redemption ${key.redemptionId}.`);
    return loaded.redemption;
  }

  /** Waits until a redemption is as wanted, and says whether it came to that. */
  async reaches(key: RedemptionKey, isSo: (r: Redemption) => boolean, limitMs = PATIENCE_MS): Promise<boolean> {
    const deadlineMs = performance.now() + limitMs;
    while (performance.now() < deadlineMs) {
      // A machine that is busy with other tests may have no connection at this moment; it is asked again.
      const redemption = await this.redemption(key).catch(() => undefined);
      if (redemption !== undefined && isSo(redemption)) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  /** Hands out due work from now on, as the relay does, to whoever has asked for it. */
  startPump(): void {
    this.pumping ??= this.pump();
  }

  /** Waits until nothing is owed to redemptions that have ended: one whose code another was given, too, is still to be told of it. */
  async rests(limitMs = PATIENCE_MS): Promise<void> {
    const deadlineMs = performance.now() + limitMs;
    while (performance.now() < deadlineMs) {
      const answer = await this.api.pool.query<{ owed: number }>(OWED_TO_ENDED).catch(() => undefined);
      if (answer?.rows[0]?.owed === 0) return;
      await sleep(POLL_MS);
    }
  }

  async evidence(brokenPromises: ReadonlySet<string> = new Set()): Promise<Evidence> {
    const ledger = await readLedger(this.api.pool, this.codes);
    const all = [...this.simulators.values()];
    return {
      ...ledger,
      effects: all.flatMap((simulator) => simulator.effects()),
      sentIssues: this.sentIssues,
      brokenPromises,
    };
  }

  /** The types of a redemption's events, in order. */
  async story({ redemptionId }: RedemptionKey): Promise<readonly string[]> {
    const { events } = await readLedger(this.api.pool, this.codes);
    return events.filter(({ data }) => data['redemptionId'] === redemptionId).map(({ type }) => type);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.pumping;
    await this.worker.stop();
    this.stopWatching();
    await this.pool.end();
    await Promise.all([...this.simulators.values()].map((simulator) => simulator.stop()));
    await this.api.stop();
    await this.database.drop();
  }

  get databaseUrl(): string {
    return this.database.connectionString;
  }

  /** What a worker that runs as a process of its own is given. */
  get environment(): Record<string, string> {
    return environmentOf(this.database);
  }

  private async pump(): Promise<void> {
    for (let claimMs = 0; !this.isOver;) {
      // A machine that is busy with other things needs longer for everything: work handed out again before it can be done makes it busier still.
      const leaseMs = LEASE_MS + Math.round(claimMs * CLAIMS_A_LOOK);
      const beganMs = performance.now();
      // As the relay does: what could not be claimed now is claimed the next time.
      const due = await this.api.sagaWork.claimDue({ limit: 400, leaseMs }).catch(() => []);
      claimMs = performance.now() - beganMs;
      for (const item of due) this.receivers.get(item.redemptionId)?.(item);
      await sleep(PUMP_MS);
    }
  }

  private async addProvider(name: string, { traits = {}, config = {}, isDown = false }: ProviderSetup): Promise<void> {
    const simulator = isDown ? undefined : await ProviderSimulator.start({ traits });
    if (simulator !== undefined) this.simulators.set(name, simulator);
    const baseUrl = simulator?.baseUrl ?? `http://127.0.0.1:${await freePort()}`;
    const capabilities = { idempotent: true, canLookup: true, canCancel: true, ...config };
    const stored = { baseUrl, timeoutMs: TIMEOUT_MS, concurrency: 500, ...capabilities };
    await this.api.pool.query(
      'INSERT INTO voucher_provider (company_id, name, version, kind, config) VALUES ($1, $2, 1, $3, $4)',
      [this.companyId, name, 'http', JSON.stringify(stored)],
    );
    this.bound.set(name, { name, version: 1n, kind: 'http', ...capabilities });
  }
}

function environmentOf({ connectionString }: TestDatabase): Record<string, string> {
  return {
    DATABASE_URL: connectionString,
    ADMIN_API_KEY: 'an-admin-key-for-the-tests',
    ENCRYPTION_KEY: KEYS,
    LOG_LEVEL: process.env['HOLDFAST_TEST_LOG'] ?? 'silent',
    OUTGOING_ALLOW_PRIVATE: 'true',
  };
}
