import { evolveRedemption, type LedgerEvent, type Redemption } from '#domain';
import type { Prepare } from '#platform';
import type pg from 'pg';
import type { Executed } from '../ledger-command.js';
import { LedgerError } from '../ledger-error.js';
import { appendGroup, type Committed } from './append-group.js';
import { confirmWhatIsRead, watchForDoubt } from './commit-doubt.js';
import { decideGroup, type DecidedGroup, type DecidingDeps } from './decide-group.js';
import { isDataError, untilItPasses } from './fault.js';
import { loadGroup, redemptionKey, type LoadedGroup, type LoadingDeps } from './load-group.js';
import type { PendingCommand } from './pending-command.js';
import { readWritten } from './recover-answer.js';
import { lockCounters } from './take-limits.js';
import { takePoolCodes, type Reseal } from './take-pool-codes.js';

export interface RunningDeps extends DecidingDeps, LoadingDeps {
  readonly pool: pg.Pool;
  readonly reseal: Reseal;
  readonly onCommitted: (committed: Committed) => void;
  readonly onRetry: (error: unknown, tries: number) => void;
  readonly onWritten?: (event: LedgerEvent) => void;
}

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
  try {
    return await untilItPasses(
      () => tryGroup(deps, group, waitForLocks),
      (error, tries) => {
        deps.onRetry(error, tries);
        for (const command of group) command.inDoubt = true;
      },
    );
  } catch (error) {
    if (isDataError(error)) return bisect(deps, group, waitForLocks, error);
    for (const command of group) command.reject(error);
    return [];
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
  const doubts = watchForDoubt(client);
  try {
    const loaded = await loadGroup(client, deps, group, waitForLocks);
    const counters = await lockCounters(client, deps.prepare, group, loaded);
    const taken = await takePoolCodes(client, deps.prepare, group, loaded, deps.reseal);
    const decided = decideGroup(group, loaded, taken.vouchers, counters, deps);
    const recovered = await recoverAnswers(client, deps.prepare, decided, loaded);
    if (decided.written.length === 0) {
      // Nothing to write: the claims go with the transaction.
      await client.query('ROLLBACK');
      if (group.some(({ inDoubt }) => inDoubt)) await confirmWhatIsRead(client);
      doubts.check();
    } else {
      const committed = await appendGroup(client, deps.prepare, decided, taken, loaded.now);
      doubts.check();
      deps.onCommitted(committed);
      tellWritten(decided, deps.onWritten);
    }
    doubts.end();
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
