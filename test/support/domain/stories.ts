import {
  addSeconds,
  type BoundProvider,
  type CallAnswer,
  type CancelAnswer,
  type Command,
  type Deduction,
  type FindAnswer,
  type Instant,
  type RequestRedemption,
} from '#domain';

import { httpProvider, look, lookAndCall, RECOVERY, REDEMPTION, sealed, voucher } from './material.js';
import { WalletHistory } from './wallet-history.js';

/** How a story's redemption differs from the plain one: 30 of 100 points, at once, from a provider that can do everything. */
export interface Plot {
  readonly balance?: bigint;
  readonly cost?: bigint;
  readonly deduction?: Deduction;
  readonly provider?: BoundProvider;
  readonly callersCode?: string;
  readonly holdSeconds?: bigint;
  readonly callSeconds?: bigint;
}

export function request(plot: Plot = {}): RequestRedemption {
  const callersCode = plot.callersCode;
  return {
    type: 'RequestRedemption',
    redemptionId: REDEMPTION,
    rewardOptionId: '11',
    rewardName: 'A coffee',
    points: plot.cost ?? 30n,
    deduction: plot.deduction ?? 'immediate',
    provider: callersCode === undefined ? (plot.provider ?? httpProvider()) : undefined,
    callerVoucher:
      callersCode === undefined ? undefined : { code: sealed(callersCode), externalId: undefined, provider: undefined },
    requestTtlSeconds: 900n,
    holdSeconds: plot.holdSeconds ?? (plot.deduction === 'order' ? 604_800n : 900n),
    callSeconds: plot.callSeconds ?? 900n,
    dialect: 'bitbybit',
    dialectId: undefined,
  };
}

export const earn = (points: bigint): Command => ({
  type: 'EarnPoints',
  points,
  referenceType: 'manual',
  referenceId: undefined,
});
export const adjust = (pointsDelta: bigint): Command => ({
  type: 'AdjustPoints',
  pointsDelta,
  referenceType: 'manual',
  referenceId: undefined,
});
export const callAnswer = (answer: CallAnswer, attempt = 1): Command => ({
  type: 'RecordCallAnswer',
  redemptionId: REDEMPTION,
  attempt,
  answer,
});
export const findAnswer = (answer: FindAnswer): Command => ({
  type: 'RecordFindAnswer',
  redemptionId: REDEMPTION,
  answer,
});
export const cancelAnswer = (kind: CancelAnswer['kind']): Command => ({
  type: 'RecordCancelAnswer',
  redemptionId: REDEMPTION,
  answer: { kind },
});
export const issued = (code?: string, externalId?: string): CallAnswer & FindAnswer => ({
  kind: 'issued',
  voucher: voucher(code, externalId),
});
export const order = (orderId = 'order-1', recoveryId: string = RECOVERY): Command => ({
  type: 'ApplyOrder',
  redemptionId: REDEMPTION,
  orderId,
  recoveryId,
});
export const commit = ({
  points,
  orderId,
  keyed = false,
}: { points?: bigint; orderId?: string; keyed?: boolean } = {}): Command => ({
  type: 'CommitRedemption',
  redemptionId: REDEMPTION,
  points,
  orderId,
  keyed,
});
export const release: Command = { type: 'ReleaseRedemption', redemptionId: REDEMPTION };
export const reverse = (points?: bigint): Command => ({ type: 'ReverseRedemption', redemptionId: REDEMPTION, points });

export function walletWith(points: bigint): WalletHistory {
  const opened = WalletHistory.empty().after({ type: 'OpenWallet' });
  return points === 0n ? opened : opened.after(earn(points));
}

export function requested(plot: Plot = {}): WalletHistory {
  return walletWith(plot.balance ?? 100n).after(request(plot));
}

/** Points held, nothing asked of anybody yet. */
export function reserved(plot: Plot = {}): WalletHistory {
  return requested(plot).after(look);
}

/** Points held and the first provider call in flight. */
export function calling(plot: Plot = {}): WalletHistory {
  return requested(plot).after(lookAndCall);
}

/** Points held and the first call's outcome unknown. */
export function inDoubt(plot: Plot = {}): WalletHistory {
  return calling(plot).after(callAnswer({ kind: 'unknown' }));
}

/** Points held and the voucher out, waiting for an order. */
export function heldForOrder(plot: Plot = {}): WalletHistory {
  if (plot.callersCode !== undefined) return reserved({ ...plot, deduction: 'order' });
  return calling({ ...plot, deduction: 'order' }).after(callAnswer(issued()));
}

/** Committed at once, its voucher unused. */
export function committed(plot: Plot = {}): WalletHistory {
  if (plot.callersCode !== undefined) return reserved(plot);
  return calling(plot).after(callAnswer(issued()));
}

/** Committed by an order that used the voucher. */
export function usedByOrder(plot: Plot = {}): WalletHistory {
  return heldForOrder(plot).after(order());
}

/** Release asked for by the caller; the voucher is still to be voided. */
export function releasing(plot: Plot = {}): WalletHistory {
  return heldForOrder(plot).after(release);
}

/** The hold has run out; the voucher is still to be voided. */
export function expiring(plot: Plot = {}): WalletHistory {
  const held = heldForOrder(plot);
  return held.after(look, held.redemption().reserveExpiresAt);
}

export function released(plot: Plot = {}): WalletHistory {
  return releasing(plot).after(cancelAnswer('void'));
}

export function expired(plot: Plot = {}): WalletHistory {
  return expiring(plot).after(cancelAnswer('void'));
}

export function failed(plot: Plot = {}): WalletHistory {
  return requested({ balance: 10n, ...plot }).after(look);
}

/** Reversal asked for; the voucher is still to be voided. */
export function reversing(plot: Plot = {}): WalletHistory {
  return committed(plot).after(reverse());
}

export function reversed(plot: Plot = {}): WalletHistory {
  return reversing(plot).after(cancelAnswer('void'));
}

/** The points went back on a person's word, then the first call's voucher came after all. */
export function orphaned(plot: Plot = {}): WalletHistory {
  const doubtful = inDoubt(plot);
  const flagged = doubtful.redemption().flags.length > 0 ? doubtful : doubtful.after(flag('voucher_unknown'));
  return flagged.after(resolve('not_issued')).after(callAnswer(issued()));
}

export function flag(reason: 'voucher_unknown' | 'cancel_unknown' | 'code_ambiguous'): Command {
  return { type: 'FlagRedemption', redemptionId: REDEMPTION, reason };
}

export function resolve(outcome: 'issued' | 'not_issued' | 'voided' | 'used' | 'accept_loss', code?: string): Command {
  return {
    type: 'ResolveFlags',
    redemptionId: REDEMPTION,
    outcome,
    voucher: code === undefined ? undefined : voucher(code),
  };
}

/** `seconds` after the history's newest command. */
export function laterThan(history: WalletHistory, seconds: number): Instant {
  return addSeconds(history.now, BigInt(seconds));
}

/** Every story by its name. */
export const redemptionStories: Readonly<Record<string, (plot?: Plot) => WalletHistory>> = {
  requested,
  reserved,
  calling,
  inDoubt,
  heldForOrder,
  committed,
  usedByOrder,
  releasing,
  expiring,
  released,
  expired,
  failed,
  reversing,
  reversed,
  orphaned,
  secondVoucher: (plot) => committed(plot).after(callAnswer(issued('CODE-0002', 'ext-2'))),
  lateOrder: (plot) => released(plot).after(order()),
  callersOwn: (plot) => heldForOrder({ ...plot, callersCode: 'MINE' }),
};
