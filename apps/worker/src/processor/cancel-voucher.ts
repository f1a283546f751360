import type { Redemption } from '#domain';
import type { LoadedRedemption } from '#ledger';
import type { CancelOutcome } from '#vouchers';
import { answerInTime } from './answer-in-time.js';
import { executeSagaCommand, recordAnswer } from './execute-saga-command.js';
import { pauseMs, spread } from './pacing.js';
import type { Progress } from './progress.js';
import { sagaCommand } from './saga-command.js';
import type { SagaContext } from './saga-context.js';
import { outsideProvider, voucherKeyOf } from './voucher-key.js';

/**
 * Has the provider make the key's voucher unusable. The saga comes here only when `ReleaseStarted`, `ReversalStarted` or an orphan is on
 * record. An answer that doesn't come is asked for again and again, up to hourly; after some time a person is told.
 */
export async function cancelVoucher(
  context: SagaContext,
  loaded: LoadedRedemption,
  { tries }: { readonly tries: number },
): Promise<Progress> {
  const { redemption } = loaded;
  const { provider, timeoutMs } = await outsideProvider(context, loaded);
  const { traceId } = await context.origins.of(loaded);
  const answer = await answerInTime<CancelOutcome>(
    (limits) => provider.cancel(voucherKeyOf(loaded), limits),
    performance.now() + timeoutMs,
    { kind: 'unknown' },
    traceId,
  );
  const paused: Progress = {
    kind: 'paused',
    delayMs: spread(pauseMs(tries, { ...context.tuning, callsAllowed: false })),
  };
  if (answer.kind === 'unknown') {
    if (isDueForAPerson(context, redemption, tries)) await flag(context, loaded);
    return paused;
  }
  const record = sagaCommand(loaded, { type: 'RecordCancelAnswer', redemptionId: redemption.id, answer }, traceId);
  const stood = await recordAnswer(context, record);
  return stood.written ? { kind: 'moved', redemption: stood.redemption } : paused;
}

function isDueForAPerson({ tuning, now }: SagaContext, r: Redemption, tries: number): boolean {
  const waitedMs = (now() - r.updatedAt) / 1_000;
  return !r.flags.includes('cancel_unknown') && tries >= tuning.flagTries && waitedMs >= tuning.flagAfterMs;
}

async function flag(context: SagaContext, loaded: LoadedRedemption): Promise<void> {
  const { id: redemptionId } = loaded.redemption;
  await executeSagaCommand(
    context,
    sagaCommand(loaded, { type: 'FlagRedemption', redemptionId, reason: 'cancel_unknown' }),
  );
}
