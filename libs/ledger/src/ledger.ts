import { canonicalJson, type ChainDigest, type Json, type LedgerEvent } from '#domain';
import { makeSalt, saltedDigest, type Logger, type Prepare } from '#platform';
import type pg from 'pg';
import type { DecodedRedemptions } from './decoded-redemptions.js';
import { Lane } from './group/lane.js';
import type { Committed } from './group/append-group.js';
import type { PendingCommand } from './group/pending-command.js';
import { runGroup } from './group/run-group.js';
import type { Reseal } from './group/take-pool-codes.js';
import type { Executed, LedgerCommand, PrivateText } from './ledger-command.js';
import { LedgerError } from './ledger-error.js';

/** A group that has come to its end, whatever became of its commands. */
export interface DoneGroup {
  readonly size: number;
  readonly seconds: number;
  readonly deferred: number;
  readonly commands: readonly LedgerCommand[];
}

/** Told of every group, for metrics and traces. */
export interface LedgerObserver {
  groupDone(group: DoneGroup): void;
  groupRetried(error: unknown): void;
  /** Of each event this process has committed. Not of those whose commit's fate was unknown and turned out well. */
  eventWritten?(event: LedgerEvent): void;
}

export interface LedgerOptions {
  /** Of its own, with pipelined connections: one for each lane. */
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  /** What readers of this process have made of redemptions' texts. */
  readonly decoded: DecodedRedemptions;
  readonly digest: ChainDigest;
  readonly newId: () => string;
  /** Seals a pool's code for the redemption that gets it. */
  readonly reseal: Reseal;
  readonly lanes: number;
  readonly groupMax: number;
  /** The longest waiting line, over all lanes; beyond it commands are refused with LEDGER_OVERLOADED. */
  readonly queueMax: number;
  readonly groupBy: 'any' | 'company';
  readonly logger: Logger;
  readonly onCommitted: (committed: Committed) => void;
  readonly observer?: LedgerObserver | undefined;
}

const OVERLOADED_RETRY_MS = 1_000;
const DRAIN_POLL_MS = 5;

/**
 * Appends to wallets' streams. Commands that wait are coalesced into one transaction (group commit): locks, claims of
 * idempotency keys, state, decisions and every projection, two round trips for the whole group.
 */
export class Ledger {
  private readonly lanes: readonly Lane[];
  private closed = false;
  private inFlight = 0;

  constructor(private readonly options: LedgerOptions) {
    const { groupMax, groupBy } = options;
    const onAbandoned = (command: PendingCommand): void => command.reject(new LedgerError('COMMAND_ABANDONED'));
    const run = (group: readonly PendingCommand[], waitForLocks: boolean): Promise<readonly PendingCommand[]> =>
      this.run(group, waitForLocks);
    this.lanes = Array.from({ length: options.lanes }, () => new Lane({ groupMax, groupBy, run, onAbandoned }));
  }

  /** Commands that wait for a group. */
  get waiting(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.length, 0);
  }

  /**
   * Carries out one command, exactly once for its command id and its key.
   * @throws DomainError when the domain refuses it; LedgerError otherwise (see its codes).
   */
  execute(command: LedgerCommand): Promise<Executed> {
    if (this.closed)
      return Promise.reject(new LedgerError('LEDGER_UNAVAILABLE', { retryAfterMs: OVERLOADED_RETRY_MS }));
    if (this.waiting >= this.options.queueMax) {
      return Promise.reject(new LedgerError('LEDGER_OVERLOADED', { retryAfterMs: OVERLOADED_RETRY_MS }));
    }
    const { companyId, walletId, privateText } = command;
    this.inFlight += 1;
    return new Promise<Executed>((resolve, reject) => {
      this.laneOf(command).add({
        streamId: `${companyId}:${walletId}`,
        private: privateText === undefined ? undefined : sealPrivateText(privateText),
        missed: 0,
        inDoubt: false,
        resolve,
        reject,
        // Last: an object that begins as a copy and then grows is slow to make.
        ...command,
      });
    }).finally(() => {
      this.inFlight -= 1;
    });
  }

  /** Finishes what is in line and takes no more. */
  async close(): Promise<void> {
    this.closed = true;
    while (this.inFlight > 0) await new Promise((done) => setTimeout(done, DRAIN_POLL_MS));
  }

  private laneOf({ companyId, walletId }: LedgerCommand): Lane {
    const spread = this.options.groupBy === 'company' ? companyId : Number.parseInt(walletId.slice(-4), 16);
    return this.lanes[spread % this.lanes.length] as Lane;
  }

  private async run(group: readonly PendingCommand[], waitForLocks: boolean): Promise<readonly PendingCommand[]> {
    const { observer, logger } = this.options;
    const started = performance.now();
    const deferred = await runGroup(
      {
        ...this.options,
        ...(observer?.eventWritten === undefined ? {} : { onWritten: (event) => observer.eventWritten?.(event) }),
        onRetry: (error, tries) => {
          observer?.groupRetried(error);
          logger.warn({ err: error, tries, commands: group.length }, 'A group of commands is tried again.');
        },
      },
      group,
      waitForLocks,
    );
    observer?.groupDone({
      size: group.length,
      seconds: (performance.now() - started) / 1000,
      deferred: deferred.length,
      commands: group,
    });
    return deferred;
  }
}

function sealPrivateText(text: PrivateText): PendingCommand['private'] {
  const content = canonicalJson(text as Json);
  const salt = makeSalt();
  return { content, salt, digest: saltedDigest(salt, content) };
}
