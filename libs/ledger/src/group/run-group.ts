import { setTimeout as sleep } from 'node:timers/promises';
import { evolveRedemption, type LedgerEvent, type Redemption } from '#domain';
import { backoffMs, type Prepare } from '#platform';
import type pg from 'pg';
import type { Executed } from '../ledger-command.js';
import { LedgerError } from '../ledger-error.js';
import { appendGroup, CommitRefused, type Committed } from './append-group.js';
import { decideGroup, type DecidedGroup, type DecidingDeps } from './decide-group.js';
import { isDataError, RETRY_BACKOFF, TRIES_MAX } from './fault.js';
import { loadGroup, redemptionKey, type LoadedGroup } from './load-group.js';
import type { PendingCommand } from './pending-command.js';
import { readWritten } from './recover-answer.js';
import { lockCounters } from './take-limits.js';
import { takePoolCodes, type Reseal } from './take-pool-codes.js';

export interface RunningDeps extends DecidingDeps {
  readonly pool: pg.Pool;
  readonly prepare: Prepare;
  readonly reseal: Reseal;
  readonly onCommitted: (committed: Committed) => void;
  readonly onRetry: (error: unknown, tries: number) => void;
  readonly onWritten?: (event: LedgerEvent) => void;
}

/** The server's word that a commit was made here but not where it should also have been: nobody knows whether it will last. */
const WARNING = '01000';

/**
 * Carries a group out to the end: every command is resolved, rejected, or among those given back, which go to the head of the
 * lane again. Never throws. Faults of the world are retried whole under the same command ids, a bounded number of times; an
 * error of data is bisected until the command that has it stands alone.
 */
export async function runGroup(
  deps: RunningDeps,
  group: readonly PendingCommand[],
  waitForLocks: boolean,
): Promise<readonly PendingCommand[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryGroup(deps, group, waitForLocks);
    } catch (error) {
      if (isDataError(error)) return bisect(deps, group, waitForLocks, error);
      deps.onRetry(error, tries);
      for (const command of group) command.inDoubt = true;
      if (tries >= TRIES_MAX) {
        for (const command of group)
          command.reject(new LedgerError('LEDGER_UNAVAILABLE', { cause: error, retryAfterMs: 1_000 }));
        return [];
      }
      await sleep(backoffMs(tries, RETRY_BACKOFF));
    }
  }
}

async function bisect(
  deps: RunningDeps,
  group: readonly PendingCommand[],
  waitForLocks: boolean,
  error: unknown,
): Promise<readonly PendingCommand[]> {
  if (group.length === 1) {
    group[0]?.reject(error);
    return [];
  }
  const middle = group.length >> 1;
  const first = await runGroup(deps, group.slice(0, middle), waitForLocks);
  return [...first, ...(await runGroup(deps, group.slice(middle), waitForLocks))];
}

async function tryGroup(
  deps: RunningDeps,
  group: readonly PendingCommand[],
  waitForLocks: boolean,
): Promise<readonly PendingCommand[]> {
  const client = await deps.pool.connect();
  let doubt: Error | undefined;
  const onNotice = (notice: { code?: string | undefined }): void => {
    if (notice.code === WARNING) doubt = new Error('The server warned while committing');
  };
  client.on('notice', onNotice);
  try {
    const loaded = await loadGroup(client, deps.prepare, group, waitForLocks);
    const counters = await lockCounters(client, deps.prepare, group, loaded);
    const taken = await takePoolCodes(client, deps.prepare, group, loaded, deps.reseal);
    const decided = decideGroup(group, loaded, taken.vouchers, counters, deps);
    const recovered = await recoverAnswers(client, deps.prepare, decided, loaded);
    if (decided.written.length === 0) {
      // Nothing to write: the claims go with the transaction.
      await client.query('ROLLBACK');
      if (group.some(({ inDoubt }) => inDoubt)) await confirmWhatIsRead(client);
      if (doubt !== undefined) throw doubt;
    } else {
      const committed = await appendGroup(client, deps.prepare, decided, taken, loaded.now);
      if (doubt !== undefined) throw doubt;
      deps.onCommitted(committed);
      tellWritten(decided, deps.onWritten);
    }
    client.off('notice', onNotice);
    client.release();
    settle(decided, recovered);
    return decided.deferred;
  } catch (error) {
    // Whatever state the connection is in, it is not used again.
    client.release(true);
    throw error;
  }
}

function tellWritten({ written }: DecidedGroup, tell: RunningDeps['onWritten']): void {
  if (tell === undefined) return;
  for (const { recorded } of written) for (const { event } of recorded) tell(event);
}

/** A record of the log that changes nothing. A transaction without one is neither flushed nor waited for, whatever id it has. */
const WRITE_A_RECORD = `SELECT pg_logical_emit_message(true, 'holdfast', '')`;

/**
 * Commits a transaction that changes nothing: it is as durable as the server can make one, and everything read before it is then,
 * too. What a first run wrote may so far stand on one machine only, though it can be read.
 */
async function confirmWhatIsRead(client: pg.ClientBase): Promise<void> {
  await client.query('BEGIN');
  await client.query(WRITE_A_RECORD);
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new CommitRefused('The transaction was rolled back');
}

async function recoverAnswers(
  client: pg.ClientBase,
  prepare: Prepare,
  { recovered }: DecidedGroup,
  loaded: LoadedGroup,
): Promise<readonly { readonly command: PendingCommand; readonly answer: Executed }[]> {
  const answers = [];
  for (const { command, owner } of recovered) {
    const events = await readWritten(client, prepare, command, owner);
    const wallet = loaded.heads.get(command.streamId)?.wallet;
    if (wallet === undefined) throw new LedgerError('WALLET_NOT_FOUND');
    const id = owner.redemptionId;
    const loadedNow = id === undefined ? undefined : loaded.redemptions.get(redemptionKey(command.streamId, id));
    const redemption = loadedNow ?? openedBy(events);
    answers.push({ command, answer: { outcome: 'written' as const, wallet, redemption, events } });
  }
  return answers;
}

/** A command that opens a redemption reads none before it decides: what it opened follows from what it wrote. */
function openedBy(events: readonly LedgerEvent[]): Redemption | undefined {
  const opening = events.find(({ type }) => type === 'RedemptionRequested');
  return opening === undefined ? undefined : evolveRedemption(undefined, opening, opening);
}

function settle(decided: DecidedGroup, recovered: readonly { command: PendingCommand; answer: Executed }[]): void {
  for (const { command, answer } of decided.answers) command.resolve(answer);
  for (const { command, answer } of recovered) command.resolve(answer);
  for (const { command, error } of decided.refusals) command.reject(error);
}
