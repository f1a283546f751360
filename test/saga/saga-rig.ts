import { setTimeout as sleep } from 'node:timers/promises';
import {
  decodeEvent,
  foldStream,
  isConserved,
  isSettled,
  redemptionIdOf,
  type LedgerEvent,
  type Redemption,
  type RequestRedemption,
} from '#domain';
import type { LedgerCommand, RedemptionKey, WalletView } from '#ledger';
import {
  createLogger,
  createPool,
  loadServiceConfig,
  uuidV7,
  VoucherCodes,
  type Logger,
  type ServiceConfig,
} from '#platform';
import { providerKinds, type ProviderCall, type ProviderKind } from '#vouchers';
import type pg from 'pg';
import type { SagaWorker } from '../../apps/worker/src/saga-worker.js';
import { composeWorker } from '../../apps/worker/src/worker.module.js';
import type { WorkerTuning } from '../../apps/worker/src/worker-tuning.js';
import { openRig, request, type LedgerRig } from '../support/ledger/ledger-rig.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { PATIENCE_MS } from '../support/until.js';

const KEYS = '1:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const POLL_MS = 20;

export interface WorkerSetup {
  readonly redisUrl?: string;
  readonly tuning?: Partial<WorkerTuning>;
  readonly logger?: Logger;
  readonly onProviderCall?: (call: ProviderCall) => void;
}

/** A worker of this test, with the pool it was given. */
export interface RunningWorker {
  readonly worker: SagaWorker;
  stop(): Promise<void>;
}

/**
 * A migrated database with one company, a ledger in the API's place, and as many workers as a test starts. What the API would do is done
 * through the ledger; what the worker does is done by the worker's own code, wired as the program wires it.
 */
export class SagaRig {
  private readonly workers: RunningWorker[] = [];
  /** Redis is shared by the test files that run one after the other; what one leaves behind is not the next one's. */
  private readonly queuePrefix = `test-${uuidV7()}`;

  private constructor(
    private readonly database: TestDatabase,
    readonly api: LedgerRig,
    readonly companyId: number,
    private readonly kinds: ReadonlyMap<string, ProviderKind>,
  ) {}

  /** @param shop the configuration of the company's provider outside, where `outside` is its kind. */
  static async open(outside?: ProviderKind, shop: object = {}): Promise<SagaRig> {
    const database = await createTestDatabase();
    const api = openRig(database.connectionString);
    const companyId = await insertCompany(api.pool);
    await insertProvider(api.pool, companyId, { name: 'generated', kind: 'generated', config: { prefix: 'HF' } });
    const kinds = new Map([...providerKinds, ...(outside === undefined ? [] : [['http', outside] as const])]);
    const rig = new SagaRig(database, api, companyId, kinds);
    if (outside !== undefined) await rig.insertProvider({ name: 'shop', kind: 'http', config: shop });
    return rig;
  }

  get codes(): VoucherCodes {
    return new VoucherCodes(this.config({}).encryptionKeys);
  }

  /** A worker that is not started: a test hands its processor the deliveries. */
  idleWorker(setup: WorkerSetup = {}): RunningWorker {
    const config = this.config(setup);
    const { logger = createLogger({ app: 'worker', level: config.logLevel }), onProviderCall, tuning = {} } = setup;
    const pool = createPool(config.database, { applicationName: 'holdfast-worker', logger, max: 3 });
    const giveUp = () => {
      throw new Error('The watchdog gave the worker up.');
    };
    const { kinds } = this;
    const told = onProviderCall === undefined ? {} : { onProviderCall };
    const worker = composeWorker({ config, logger, giveUp, kinds, tuning, ...told }, pool);
    let stopped: Promise<void> | undefined;
    const running: RunningWorker = {
      worker,
      stop: () => (stopped ??= worker.stop().then(() => pool.end())),
    };
    this.workers.push(running);
    return running;
  }

  async startWorker(setup: WorkerSetup = {}): Promise<RunningWorker> {
    const running = this.idleWorker(setup);
    await running.worker.start();
    return running;
  }

  /** A provider of the company, or another version of one. */
  insertProvider(provider: NewProvider): Promise<void> {
    return insertProvider(this.api.pool, this.companyId, provider);
  }

  /** A new customer's wallet. */
  wallet(points: bigint): Promise<string> {
    return this.api.walletWith(this.companyId, uuidV7(), points);
  }

  async redeem(
    walletId: string,
    points: bigint,
    change: Partial<RequestRedemption> = {},
    origin: Pick<Partial<LedgerCommand>, 'traceId'> = {},
  ): Promise<RedemptionKey> {
    const command = request(points, change);
    await this.api.run(this.companyId, walletId, command, origin);
    return { companyId: this.companyId, redemptionId: command.redemptionId };
  }

  async redemption(key: RedemptionKey): Promise<Redemption> {
    const [loaded] = await this.api.reader.load([key]);
    if (loaded === undefined) throw new Error(`There is no redemption ${key.redemptionId}.`);
    return loaded.redemption;
  }

  /** Waits until every one of them is as `isDone` says, and returns them. */
  async until(
    keys: readonly RedemptionKey[],
    isDone: (r: Redemption) => boolean = isSettled,
    limitMs = PATIENCE_MS,
  ): Promise<readonly Redemption[]> {
    const deadlineMs = performance.now() + limitMs;
    for (;;) {
      const redemptions = (await this.api.reader.load(keys)).map(({ redemption }) => redemption);
      if (redemptions.length === keys.length && redemptions.every(isDone)) return redemptions;
      if (performance.now() > deadlineMs) {
        const standing = redemptions
          .filter((r) => !isDone(r))
          .map(({ id, status, voucher }) => `${id} ${status}/${voucher.state}`);
        throw new Error(
          `Not done after ${limitMs} ms: ${standing.slice(0, 5).join(', ')} and in all ${standing.length}.`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  /** The redemption's story: the types of its events, in order. */
  async story({ redemptionId }: RedemptionKey, walletId: string): Promise<readonly string[]> {
    const events = await this.stream(walletId);
    return events.filter((event) => redemptionIdOf(event) === redemptionId).map(({ type }) => type);
  }

  async stream(walletId: string): Promise<readonly LedgerEvent[]> {
    const { rows } = await this.api.pool.query<{ body: string }>(
      'SELECT body FROM event WHERE company_id = $1 AND wallet_id = $2 ORDER BY version',
      [this.companyId, walletId],
    );
    return rows.map(({ body }) => decodeEvent(body));
  }

  /** The wallet as the projection has it, after checking it against a replay of its stream. */
  async auditedWallet(walletId: string): Promise<WalletView> {
    const events = await this.stream(walletId);
    const { wallet, redemptions } = foldStream(events);
    const view = await this.api.reader.wallet(this.companyId, walletId);
    if (view === undefined) throw new Error('There is no such wallet.');
    if (!isConserved(wallet)) throw new Error('The points do not add up.');
    const pairs = [
      [wallet.version, view.version, BigInt(events.length)],
      [wallet.available, view.available],
      [wallet.reserved, view.reserved],
      [wallet.burned, view.lifetimeBurned],
    ];
    if (pairs.some((same) => new Set(same).size > 1)) throw new Error('The wallet is not what its stream says.');
    const loaded = await this.api.reader.load(
      [...redemptions.keys()].map((redemptionId) => ({ companyId: this.companyId, redemptionId })),
    );
    for (const { redemption } of loaded) {
      if (redemption.lastVersion !== redemptions.get(redemption.id)?.lastVersion) {
        throw new Error('A redemption is not what its stream says.');
      }
    }
    return view;
  }

  /** Rows that the saga still has to look at. */
  async openWork(): Promise<number> {
    const { rows } = await this.api.pool.query<{ open: number }>('SELECT count(*)::int AS open FROM saga_work');
    return rows[0]?.open ?? 0;
  }

  /** Rows that are due, or will be before so many milliseconds have gone by. */
  async dueWithin(ms: number): Promise<number> {
    const { rows } = await this.api.pool.query<{ due: number }>(
      `SELECT count(*)::int AS due FROM saga_work WHERE due_at < clock_timestamp() + $1 * interval '1 millisecond'`,
      [ms],
    );
    return rows[0]?.due ?? 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((running) => running.stop()));
    await this.api.stop();
    await this.database.drop();
  }

  /** What a worker that runs as a process of its own is given. */
  environment({ redisUrl }: WorkerSetup = {}): Record<string, string> {
    return {
      DATABASE_URL: this.database.connectionString,
      ADMIN_API_KEY: 'an-admin-key-for-the-tests',
      ENCRYPTION_KEY: KEYS,
      OUTGOING_ALLOW_PRIVATE: 'true',
      LOG_LEVEL: process.env['HOLDFAST_TEST_LOG'] ?? 'silent',
      QUEUE_PREFIX: this.queuePrefix,
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    };
  }

  private config(setup: WorkerSetup): ServiceConfig {
    return loadServiceConfig(this.environment(setup));
  }
}

async function insertCompany(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO company (guid, name, base_currency, secret) VALUES (gen_random_uuid(), 'Test', 'EUR', 'unused') RETURNING id`,
  );
  return rows[0]?.id ?? 0;
}

export interface NewProvider {
  readonly name: string;
  readonly kind: string;
  readonly config: object;
  readonly version?: bigint;
}

async function insertProvider(
  pool: pg.Pool,
  companyId: number,
  { name, kind, config, version = 1n }: NewProvider,
): Promise<void> {
  await pool.query(
    'INSERT INTO voucher_provider (company_id, name, version, kind, config) VALUES ($1, $2, $3, $4, $5)',
    [companyId, name, String(version), kind, JSON.stringify(config)],
  );
}
