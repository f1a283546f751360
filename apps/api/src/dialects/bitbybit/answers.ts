import { Injectable } from '@nestjs/common';
import {
  entryMovementOf,
  formatInstant,
  invariant,
  isGivenBack,
  type Instant,
  type LedgerEvent,
  type Redemption,
} from '#domain';
import type { PrivateText, RedemptionView, WalletView } from '#ledger';
import { VoucherCodes } from '#platform';
import type { Page } from '../../http/page.js';
import type { PointEntry } from '../../points/point-entry.js';
import { dialectStatusOf } from '../../redemptions/dialect-status.js';
import type { ListedRedemption } from '../../redemptions/listed-redemption.js';
import type { HistoryEntry } from '../../wallets/list-history/list-history.query.js';
import type {
  LedgerEntryAnswer,
  ListAnswer,
  PointsChangedAnswer,
  RedeemedAnswer,
  RedeemerAnswer,
  RedemptionAnswer,
  WalletAnswer,
} from './answer-schemas.js';

/** Says in bitbybit's words what the engine knows. Plain objects, no copies: this runs for every redemption. */
@Injectable()
export class BitbybitAnswers {
  constructor(private readonly codes: VoucherCodes) {}

  redeemed(view: RedemptionView, idempotencyKey: string): RedeemedAnswer {
    return {
      data: {
        wallet: walletAnswer(view.wallet),
        redemption: this.redemption({ walletId: view.wallet.id, ...view }),
        ledger: latestEntryAnswer(view),
        idempotencyKey,
      },
    };
  }

  redemption({ redemption: r, walletId, customer, requestText }: ListedRedemption): RedemptionAnswer {
    return {
      id: r.id,
      companyId: customer.companyId,
      customerId: customer.id,
      customer,
      walletId,
      rewardOptionId: r.rewardOptionId,
      rewardName: r.rewardName,
      status: dialectStatusOf[r.status],
      engineStatus: r.status,
      pointsReserved: String(r.held),
      pointsCommitted: String(r.committed),
      pointsReversed: String(r.reversed),
      voucherCode: this.#codeOf(r, customer.companyId),
      voucherProvider: r.voucher.provider ?? r.provider?.name ?? null,
      voucherExternalId: r.voucher.externalId ?? null,
      reserveExpiresAt: timeOrNull(r.reserveExpiresAt),
      commitAt: timeOrNull(r.committedAt),
      releasedAt: timeOrNull(r.releasedAt),
      failureReason: r.failureReason ?? (isGivenBack(r) ? (r.releaseReason ?? null) : null),
      idempotencyKey: requestText?.idempotencyKey ?? r.id,
      metadata: requestText?.metadata ?? null,
      createdById: null,
      createdAt: formatInstant(r.requestedAt),
      updatedAt: formatInstant(r.updatedAt),
    };
  }

  list<Row, Item>(page: Page<Row>, limit: number, item: (row: Row) => Item): ListAnswer<Item> {
    const { rows, hasMore, nextBefore } = page;
    return { data: rows.map(item), pagination: { limit, hasMore, nextBefore } };
  }

  /** An orphaned voucher's code is kept back: the points for it have gone back, and it may work until it is voided. */
  #codeOf({ id, voucher }: Redemption, companyId: number): string | null {
    if (voucher.code === undefined || voucher.state === 'orphaned') return null;
    return this.codes.openCode({ companyId, redemptionId: id, sealed: voucher.code });
  }
}

export function walletAnswer(wallet: WalletView): WalletAnswer {
  return {
    id: wallet.id,
    companyId: wallet.companyId,
    customerId: wallet.customerId,
    availablePoints: String(wallet.available),
    reservedPoints: String(wallet.reserved),
    lifetimeEarnedPoints: String(wallet.lifetimeEarned),
    lifetimeBurnedPoints: String(wallet.lifetimeBurned),
    version: String(wallet.version),
    lastLedgerAt: timeOrNull(wallet.lastEntryAt),
    createdAt: formatInstant(wallet.createdAt),
    updatedAt: formatInstant(wallet.updatedAt),
  };
}

export function pointsChangedAnswer({ wallet, event, text, idempotencyKey }: PointEntry): PointsChangedAnswer {
  const ledger = ledgerEntryAnswer({ event, customerId: wallet.customerId, idempotencyKey, text });
  return { data: { wallet: walletAnswer(wallet), ledger, idempotencyKey } };
}

export function historyEntryAnswer({ event, customerId, text, requestText }: HistoryEntry): LedgerEntryAnswer {
  const redemptionId = 'redemptionId' in event.data ? event.data.redemptionId : undefined;
  const idempotencyKey =
    redemptionId === undefined
      ? (text?.idempotencyKey ?? event.causationId)
      : (requestText?.idempotencyKey ?? redemptionId);
  return ledgerEntryAnswer({ event, customerId, idempotencyKey, text });
}

export function redeemerAnswer({ redemption: r, customer }: ListedRedemption): RedeemerAnswer {
  const spent = isGivenBack(r) ? 0n : r.committed > 0n ? r.committed - r.reversed : r.held;
  return {
    redemptionId: r.id,
    reward: { id: r.rewardOptionId, name: r.rewardName },
    customer,
    pointsSpent: String(spent),
    status: dialectStatusOf[r.status],
    source: r.dialect,
    redeemedAt: timeOrNull(r.committedAt),
    usedAtCheckoutAt: r.commitBasis === 'order' ? timeOrNull(r.committedAt) : null,
    createdAt: formatInstant(r.requestedAt),
  };
}

function latestEntryAnswer(view: RedemptionView): LedgerEntryAnswer | null {
  const { latestEntry: event, latestEntryText: text, redemption, requestText, wallet } = view;
  if (event === undefined) return null;
  const idempotencyKey = requestText?.idempotencyKey ?? redemption.id;
  return ledgerEntryAnswer({ event, customerId: wallet.customerId, idempotencyKey, text });
}

function ledgerEntryAnswer(entry: {
  readonly event: LedgerEvent;
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly text: PrivateText | undefined;
}): LedgerEntryAnswer {
  const { event, customerId, idempotencyKey, text } = entry;
  const movement = entryMovementOf(event);
  invariant(movement !== undefined, `${event.type} moves no points and is no entry`);
  const occurredAt = formatInstant(event.occurredAt);
  return {
    id: event.eventId,
    companyId: event.companyId,
    customerId,
    walletId: event.walletId,
    entryType: movement.entryType,
    pointsDelta: String(movement.pointsDelta),
    availableAfter: String(event.balances.available),
    reservedAfter: String(event.balances.reserved),
    referenceType: movement.referenceType,
    // The contract has no null here: an entry that refers to nothing else refers to itself.
    referenceId: movement.referenceId ?? event.eventId,
    idempotencyKey,
    note: text?.note ?? text?.reason ?? null,
    metadata: text?.metadata ?? null,
    occurredAt,
    createdAt: occurredAt,
    createdById: null,
  };
}

function timeOrNull(at: Instant | undefined): string | null {
  return at === undefined ? null : formatInstant(at);
}
