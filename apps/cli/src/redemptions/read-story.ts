import { formatInstant, instant, isFinished, nextStep, shownEvent, type SealedCode, type ShownEvent } from '#domain';
import { RedemptionReader, type RedemptionKey } from '#ledger';
import type { DatabaseSession } from '../session/database-session.js';
import { noRedemption } from './find-redemption.js';

/** A redemption as it stands and how it came to that. Names no customer but by the wallet's id. */
export interface RedemptionStory {
  readonly redemption: {
    readonly id: string;
    readonly companyId: number;
    readonly walletId: string;
    readonly rewardOptionId: string;
    readonly rewardName: string;
    readonly status: string;
    readonly finished: boolean;
    /** What the saga does next, as in the design's table; `none` when it is finished or waits for a person. */
    readonly nextStep: string;
    readonly flags: readonly string[];
    readonly pointsCost: string;
    readonly pointsReserved: string;
    readonly pointsCommitted: string;
    readonly pointsReversed: string;
    readonly requestedAt: string;
    readonly updatedAt: string;
    readonly voucher: {
      readonly state: string;
      readonly provider: string | null;
      readonly externalId: string | null;
      /** The code's last characters; the code itself only where it was asked for. */
      readonly last4: string | null;
      readonly code?: string;
      readonly callers: boolean;
      readonly attempts: number;
      readonly orderId: string | null;
    };
  };
  readonly events: readonly StoryEvent[];
}

/** An event with what brought it about: the command that wrote it, and the trace of the request, where there was one. */
export interface StoryEvent extends ShownEvent {
  readonly causationId: string;
  readonly traceId: string | null;
}

/** @throws CliFailure when there is no such redemption; what `open` throws. */
export async function readStory(
  { pool, prepare }: Pick<DatabaseSession, 'pool' | 'prepare'>,
  { companyId, redemptionId }: RedemptionKey,
  open?: (sealed: SealedCode) => string,
): Promise<RedemptionStory> {
  const reader = new RedemptionReader(pool, prepare);
  const found = await reader.loadOne({ companyId, redemptionId });
  if (found === undefined) throw noRedemption(redemptionId, companyId);
  const { walletId, redemption: r } = found;
  const events = await reader.events(companyId, walletId, r);
  const { code } = r.voucher;
  return {
    redemption: {
      id: r.id,
      companyId,
      walletId,
      rewardOptionId: r.rewardOptionId,
      rewardName: r.rewardName,
      status: r.status,
      finished: isFinished(r),
      nextStep: nextStep(r, instant(Date.now() * 1_000)).kind,
      flags: r.flags,
      pointsCost: String(r.cost),
      pointsReserved: String(r.held),
      pointsCommitted: String(r.committed),
      pointsReversed: String(r.reversed),
      requestedAt: formatInstant(r.requestedAt),
      updatedAt: formatInstant(r.updatedAt),
      voucher: {
        state: r.voucher.state,
        provider: r.voucher.provider ?? r.provider?.name ?? null,
        externalId: r.voucher.externalId ?? null,
        last4: code?.last4 ?? null,
        ...(code === undefined || open === undefined ? {} : { code: open(code) }),
        callers: r.voucher.callers,
        attempts: r.calls.attempts,
        orderId: r.voucher.orderId ?? null,
      },
    },
    events: events.map((event) => ({
      ...shownEvent(event, open),
      causationId: event.causationId,
      traceId: event.traceId ?? null,
    })),
  };
}
