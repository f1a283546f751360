import {
  canonicalJson,
  decide,
  emptyWallet,
  evolveRedemption,
  genesisHash,
  instant,
  isFinished,
  recordEvents,
  redemptionIdOf,
  redemptionOf,
  type Command,
  type Redemption,
  type StreamHead,
} from '#domain';
import type { Executed, LedgerCommand, LoadedRedemption, RedemptionKey } from '#ledger';
import { createLogger, KeyRing, sha256, uuidV7, VoucherCodes } from '#platform';
import type { OutsideProvider } from '#vouchers';
import { owedWork } from '../../../libs/ledger/src/saga-work/owed-work.js';
import { ProviderTurns } from '../../../apps/worker/src/processor/provider-turns.js';
import { SagaProcessor } from '../../../apps/worker/src/processor/saga-processor.js';
import { UnknownKeys } from '../../../apps/worker/src/processor/unknown-keys.js';
import { WorkerCounts } from '../../../apps/worker/src/worker-counts.js';
import { WORKER_TUNING } from '../../../apps/worker/src/worker-tuning.js';
import { TEST_KEYS } from '../../support/ledger/ledger-rig.js';
import type { Evidence, StoredEvent } from '../oracle/evidence.js';

const COMPANY = 1;
const LEASE_MS = WORKER_TUNING.leaseMs;

interface Stream {
  readonly walletId: string;
  head: StreamHead;
  redemption: Redemption | undefined;
}

interface Work {
  dueMs: number;
  tries: number;
}

/**
 * The saga on a clock of its own: the worker's processor and the domain as they are, over a ledger in memory that decides and folds with the same
 * functions. An hour passes in seconds, since nothing waits.
 */
export class VirtualEngine {
  /** Milliseconds of the simulated clock since 1970. */
  nowMs = 1_795_000_000_000;
  private readonly streams = new Map<string, Stream>();
  private readonly work = new Map<string, Work>();
  private readonly events: StoredEvent[] = [];
  private readonly processor: SagaProcessor;

  constructor(outside: OutsideProvider) {
    this.processor = new SagaProcessor({
      ledger: { execute: async (command) => this.execute(command) },
      reader: { load: async (keys) => this.load(keys) },
      sagaWork: {
        backOff: async (items) => {
          for (const { redemptionId, delayMs, tries } of items) {
            const work = this.work.get(redemptionId);
            if (work !== undefined) Object.assign(work, { dueMs: this.nowMs + delayMs, tries });
          }
        },
      },
      providers: { resolve: async () => outside },
      turns: new ProviderTurns(),
      unknownKeys: new UnknownKeys(),
      origins: { of: async () => ({ customerId: 'customer-1', metadata: undefined, traceId: undefined }) },
      poolWatch: { taken: () => undefined },
      ambiguousCodes: { isShared: async () => false },
      codes: new VoucherCodes(KeyRing.parse(TEST_KEYS)),
      logger: createLogger({ app: 'test', level: 'silent' }),
      counts: new WorkerCounts(),
      tuning: WORKER_TUNING,
      now: () => instant(this.nowMs * 1_000),
    });
  }

  get redemptions(): readonly Redemption[] {
    return [...this.streams.values()].flatMap(({ redemption }) => redemption ?? []);
  }

  /** A customer with 100 points, and a redemption of 30 of them. */
  open(request: Extract<Command, { readonly type: 'RequestRedemption' }>): void {
    const walletId = uuidV7();
    const head = { wallet: emptyWallet, hash: genesisHash(sha256, COMPANY, walletId) };
    const stream: Stream = { walletId, head, redemption: undefined };
    this.streams.set(request.redemptionId, stream);
    this.write(stream, uuidV7(), { type: 'EarnPoints', points: 100n, referenceType: 'manual', referenceId: undefined });
    this.write(stream, uuidV7(), request);
  }

  /** Lets time pass until `untilMs`, or until nothing is owed any more. */
  async run(untilMs: number): Promise<void> {
    while (this.work.size > 0) {
      const nextMs = Math.min(...[...this.work.values()].map(({ dueMs }) => dueMs));
      if (nextMs > untilMs) break;
      // The relay looks twice a second: what has come due in between is taken together.
      this.nowMs = Math.max(this.nowMs, nextMs + WORKER_TUNING.pollMs);
      const due = [...this.work].filter(([, { dueMs }]) => dueMs <= this.nowMs);
      const items = due.map(([redemptionId, work]) => {
        work.dueMs = this.nowMs + LEASE_MS;
        work.tries += 1;
        return { companyId: COMPANY, redemptionId, tries: work.tries };
      });
      await this.processor.perform(items);
    }
    this.nowMs = Math.max(this.nowMs, this.work.size > 0 ? untilMs : this.nowMs);
  }

  get unfinished(): number {
    return this.redemptions.filter((r) => !isFinished(r)).length;
  }

  evidence(): Pick<Evidence, 'events' | 'wallets' | 'redemptions'> {
    const streams = [...this.streams.values()];
    return {
      events: this.events,
      wallets: streams.map(({ walletId, head: { wallet } }) => ({
        id: walletId,
        available: `${wallet.available}`,
        reserved: `${wallet.reserved}`,
        burned: `${wallet.burned}`,
      })),
      redemptions: this.redemptions.map(({ id, status, voucher }) => ({
        id,
        status,
        voucherState: voucher.state,
        code: undefined,
      })),
    };
  }

  private async load(keys: readonly RedemptionKey[]): Promise<readonly LoadedRedemption[]> {
    return keys.flatMap(({ redemptionId }) => {
      const stream = this.streams.get(redemptionId);
      if (stream?.redemption === undefined) return [];
      return [{ companyId: COMPANY, walletId: stream.walletId, redemption: stream.redemption }];
    });
  }

  private execute({ command, commandId }: LedgerCommand): Executed {
    const stream = this.streams.get(redemptionOf(command) ?? '');
    if (stream === undefined) throw new Error(`Nothing is known of ${canonicalJson(redemptionOf(command) ?? null)}.`);
    const events = this.write(stream, commandId, command);
    const { redemption, head } = stream;
    const outcome = events.length === 0 ? 'unchanged' : 'written';
    return { outcome, wallet: head.wallet, redemption, events };
  }

  private write(stream: Stream, commandId: string, command: Command) {
    const now = instant(this.nowMs * 1_000);
    const { wallet } = stream.head;
    const decided = decide(command, { wallet, redemption: stream.redemption }, { now, commandId });
    const { head, recorded } = recordEvents(stream.head, decided, {
      companyId: COMPANY,
      walletId: stream.walletId,
      now,
      causationId: commandId,
      actor: { kind: 'worker', id: 'saga' },
      traceId: undefined,
      key: undefined,
      privateDigest: undefined,
      newEventId: uuidV7,
      digest: sha256,
    });
    const before = stream.redemption;
    stream.head = head;
    for (const { event, bytes } of recorded) {
      this.events.push(JSON.parse(bytes) as StoredEvent);
      if (redemptionIdOf(event) !== undefined) stream.redemption = evolveRedemption(stream.redemption, event, event);
    }
    if (recorded.length > 0 && stream.redemption !== undefined) {
      this.note(before, stream.redemption, command.type === 'RequestRedemption');
    }
    return recorded.map(({ event }) => event);
  }

  private note(before: Redemption | undefined, after: Redemption, byCaller: boolean): void {
    const owed = owedWork({ companyId: COMPANY, before, after, byCaller }, instant(this.nowMs * 1_000));
    if (owed.kind === 'nothing') this.work.delete(after.id);
    if (owed.kind === 'due') this.work.set(after.id, { dueMs: Math.ceil(owed.at / 1_000), tries: 0 });
  }
}
