import type { LoadedRedemption } from '#ledger';
import { answeredFind, type FindOutcome } from '#vouchers';
import { answerInTime } from './answer-in-time.js';
import { callProvider } from './call-provider.js';
import { recordAnswer } from './execute-saga-command.js';
import { callsAreAllowed, isPaced, pauseMs, spread } from './pacing.js';
import { nextLook, type Progress } from './progress.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';
import { outsideProvider, voucherKeyOf } from './voucher-key.js';

/**
 * Asks the provider what became of the key.
 * @param thenCall where the key is not found, another attempt may follow: at once, or with the next look where the provider has a rate.
 */
export async function findVoucher(
  context: SagaContext,
  loaded: LoadedRedemption,
  { thenCall, tries }: { readonly thenCall: boolean; readonly tries: number },
): Promise<Progress> {
  const { redemption } = loaded;
  const callAgain = (): Promise<Progress> => callProvider(context, loaded, { notFound: true, tries });
  if (thenCall && context.unknownKeys.take(loaded)) return callAgain();
  const outside = await outsideProvider(context, loaded);
  const { provider, timeoutMs } = outside;
  const { traceId } = await context.origins.of(loaded);
  const outcome = await answerInTime<FindOutcome>(
    (limits) => provider.find(voucherKeyOf(loaded), limits),
    performance.now() + timeoutMs,
    { kind: 'unknown' },
    traceId,
  );
  const answer = answeredFind(context.codes, { companyId: loaded.companyId, redemptionId: redemption.id }, outcome);
  if (answer.kind === 'not_found' && thenCall) {
    if (!isPaced(outside)) return callAgain();
    context.unknownKeys.note(loaded);
    return nextLook;
  }
  const callsAllowed = callsAreAllowed(redemption, context.now());
  const paused: Progress = { kind: 'paused', delayMs: spread(pauseMs(tries, { ...context.tuning, callsAllowed })) };
  if (answer.kind === 'not_found' || answer.kind === 'unknown') return paused;
  const record = sagaCommand(loaded, { type: 'RecordFindAnswer', redemptionId: redemption.id, answer }, traceId);
  const stood = await recordAnswer(context, record);
  return stood.written ? { kind: 'moved', redemption: stood.redemption } : paused;
}
