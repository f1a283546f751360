import { voucherExpiresAt, type Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { answeredCall, type CallLimits, type IssueOutcome, type OutsideProvider, type VoucherRequest } from '#vouchers';
import { advanceRedemption } from './advance-redemption.js';
import { answerInTime } from './answer-in-time.js';
import { executeSagaCommand, recordAnswer, type Stood } from './execute-saga-command.js';
import { pauseMs, spread } from './pacing.js';
import { left, type Progress } from './progress.js';
import type { RequestOrigin } from './request-origin.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';
import { outsideProvider, voucherKeyOf } from './voucher-key.js';

export interface CallOptions {
  /** The provider has just said that it does not know the key. */
  readonly notFound: boolean;
  readonly tries: number;
}

/** One attempt to get a voucher, unless the provider is being left alone; then the points are reserved all the same, and it waits. */
export async function callProvider(
  context: SagaContext,
  loaded: LoadedRedemption,
  options: CallOptions,
): Promise<Progress> {
  const outside = await outsideProvider(context, loaded);
  const endTurn = context.turns.take(outside);
  if (endTurn === undefined) return waitForProvider(context, loaded, options);
  try {
    return await attempt(context, loaded, outside, options);
  } finally {
    endTurn();
  }
}

async function waitForProvider(
  context: SagaContext,
  loaded: LoadedRedemption,
  { tries }: CallOptions,
): Promise<Progress> {
  // Whether the points are there can be told without the provider; and with the hold begins the time after which it is given up.
  if (loaded.redemption.status === 'requested') return advanceRedemption(context, loaded);
  return { kind: 'paused', delayMs: spread(pauseMs(tries, { ...context.tuning, callsAllowed: true })) };
}

/**
 * First the attempt goes on record, with its deadline, then the call goes out, then its answer goes on record. Only the process whose
 * command started the attempt calls, and only before the deadline on its own monotonic clock: a worker that was frozen in between wakes up,
 * sees that its time is over, and sends nothing.
 */
async function attempt(
  context: SagaContext,
  loaded: LoadedRedemption,
  outside: OutsideProvider,
  { notFound }: CallOptions,
): Promise<Progress> {
  const { companyId } = loaded;
  const redemptionId = loaded.redemption.id;
  const origin = await context.origins.of(loaded);
  // Taken before the ledger looks at its clock, so that the deadline counted from here is never the later one.
  const startedMs = performance.now();
  const call = { timeoutMs: outside.timeoutMs, notFound };
  const start = sagaCommand(
    loaded,
    { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call },
    origin.traceId,
  );
  const stood = await executeSagaCommand(context, start);
  const { redemption } = stood;
  if (!isMine(redemption, start.commandId)) return progressOf(stood);
  const deadlineMs = startedMs + ((redemption.calls.deadline ?? 0) - redemption.updatedAt) / 1_000;
  const outcome = await issue(outside, requestOf(loaded, redemption, outside, origin), deadlineMs, origin);
  const answer = answeredCall(context.codes, { companyId, redemptionId }, outcome);
  const { attempts } = redemption.calls;
  const record = { type: 'RecordCallAnswer', redemptionId, attempt: attempts, answer } as const;
  const recorded = await recordAnswer(context, sagaCommand(loaded, record, origin.traceId));
  return progressOf(recorded);
}

function isMine({ calls }: Redemption, commandId: string): boolean {
  return calls.open && calls.startedBy === commandId;
}

function progressOf(stood: Stood): Progress {
  return stood.written ? { kind: 'moved', redemption: stood.redemption } : left;
}

async function issue(
  { provider }: OutsideProvider,
  request: VoucherRequest,
  deadlineMs: number,
  { traceId }: RequestOrigin,
): Promise<IssueOutcome> {
  if (performance.now() >= deadlineMs) return { kind: 'not_sent' };
  const ask = (limits: CallLimits) => provider.issue(request, limits);
  return answerInTime<IssueOutcome>(ask, deadlineMs, { kind: 'unknown' }, traceId);
}

function requestOf(
  loaded: LoadedRedemption,
  redemption: Redemption,
  { currency }: OutsideProvider,
  { customerId, customerEmail, metadata }: RequestOrigin,
): VoucherRequest {
  const { terms } = redemption;
  return {
    ...voucherKeyOf(loaded),
    customerId,
    rewardOptionId: redemption.rewardOptionId,
    rewardName: redemption.rewardName,
    points: redemption.held,
    currency: terms?.currency ?? currency,
    expiresAt: voucherExpiresAt(redemption),
    metadata,
    discount: terms === undefined ? undefined : { type: terms.discountType, value: terms.discountValue },
    customerEmail,
  };
}
