import { voucherExpiresAt, type Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import { answeredCall, type IssueOutcome, type OutsideProvider, type VoucherRequest } from '#vouchers';
import { answerInTime } from './answer-in-time.js';
import { executeSagaCommand, recordAnswer, type Stood } from './execute-saga-command.js';
import { left, type Progress } from './progress.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';
import { outsideProvider, voucherKeyOf } from './voucher-key.js';

/**
 * One attempt to get a voucher: first the attempt goes on record, with its deadline, then the call goes out, then its answer goes on
 * record. Only the process whose command started the attempt calls, and only before the deadline on its own monotonic clock: a worker
 * that was frozen in between wakes up, sees that its time is over, and sends nothing.
 *
 * @param notFound the provider has just said that it does not know the key.
 */
export async function callProvider(
  context: SagaContext,
  loaded: LoadedRedemption,
  { notFound }: { readonly notFound: boolean },
): Promise<Progress> {
  const outside = await outsideProvider(context, loaded);
  const words = await requestWords(context, loaded);
  // Taken before the ledger looks at its clock, so that the deadline counted from here is never the later one.
  const startedMs = performance.now();
  const start = sagaCommand(loaded, {
    type: 'AdvanceRedemption',
    redemptionId: loaded.redemption.id,
    voucher: undefined,
    call: { timeoutMs: outside.timeoutMs, notFound },
  });
  const stood = await executeSagaCommand(context, start);
  const { redemption } = stood;
  if (!isMine(redemption, start.commandId)) return progressOf(stood);
  const deadlineMs = startedMs + ((redemption.calls.deadline ?? 0) - redemption.updatedAt) / 1_000;
  const outcome = await issue(outside, requestOf(loaded, redemption, outside, words), deadlineMs);
  const answer = answeredCall(context.codes, { companyId: loaded.companyId, redemptionId: redemption.id }, outcome);
  const { attempts: attempt } = redemption.calls;
  return progressOf(
    await recordAnswer(
      context,
      sagaCommand(loaded, { type: 'RecordCallAnswer', redemptionId: redemption.id, attempt, answer }),
    ),
  );
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
): Promise<IssueOutcome> {
  if (performance.now() >= deadlineMs) return { kind: 'not_sent' };
  return answerInTime<IssueOutcome>((limits) => provider.issue(request, limits), deadlineMs, { kind: 'unknown' });
}

interface RequestWords {
  readonly customerId: string;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

/** What the provider is told and no event knows: the customer's own id and the caller's metadata. */
async function requestWords(
  { reader }: SagaContext,
  { companyId, redemption }: LoadedRedemption,
): Promise<RequestWords> {
  const view = await reader.view({ companyId, redemptionId: redemption.id });
  if (view === undefined) throw new TypeError('A redemption that was just loaded has no wallet or customer any more.');
  return { customerId: view.customer.id, metadata: view.requestText?.metadata };
}

function requestOf(
  loaded: LoadedRedemption,
  redemption: Redemption,
  { currency }: OutsideProvider,
  { customerId, metadata }: RequestWords,
): VoucherRequest {
  return {
    ...voucherKeyOf(loaded),
    customerId,
    rewardOptionId: redemption.rewardOptionId,
    rewardName: redemption.rewardName,
    points: redemption.held,
    currency,
    expiresAt: voucherExpiresAt(redemption),
    metadata,
  };
}
