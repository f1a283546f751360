import { DomainError, outstanding } from '#domain';
import type { Ledger } from '../ledger.js';
import type { RedemptionReader } from '../read/redemption-reader.js';
import { OrderError } from './order-error.js';
import type { OrderOrigin, RefundKey, RefundPart, StoredOrder, StoredRefund } from './order-records.js';
import type { Orders } from './orders.js';
import type { RefundStore } from './refund-store.js';

/** A refund as a shop tells it. Money is in the currency's smallest unit. */
export interface ToldRefund extends RefundKey {
  /** Undefined: all that is left of the order. */
  readonly amountCents: bigint | undefined;
  /** Undefined: the order's. */
  readonly currency: string | undefined;
}

export interface GivenRefund {
  readonly order: StoredOrder;
  readonly refund: StoredRefund;
  /** The refund was on record before. */
  readonly repeated: boolean;
}

export interface RefundsDeps {
  readonly ledger: Ledger;
  readonly reader: RedemptionReader;
  readonly orders: Orders;
  readonly store: RefundStore;
  readonly newId: () => string;
}

/** A part's refusals that only say what it was capped by has changed meanwhile; each time less is left. */
const TRIES_MAX = 10;
const SCOPE = 'holdfast.refund';

/**
 * Refunds and cancellations of orders. What each gives back of which redemption is recorded first, in the order of their coming; the ledger
 * then carries out each part once, under the part's own key. A process that dies in between is made good by the call's repeat or by
 * the worker's sweep.
 */
export class Refunds {
  constructor(private readonly deps: RefundsDeps) {}

  /** @throws OrderError */
  async give(origin: OrderOrigin, told: ToldRefund): Promise<GivenRefund> {
    const { companyId } = origin;
    const order = await this.deps.orders.resume(origin, told.orderId);
    if (order === undefined) throw new OrderError('ORDER_NOT_FOUND');
    if (told.currency !== undefined && told.currency !== order.currency) throw new OrderError('CURRENCY_DIFFERS');
    const isNew = await this.deps.store.record(companyId, told, told.amountCents);
    const refund = await this.deps.store.read(companyId, told);
    if (refund === undefined) throw new OrderError('ORDER_NOT_FOUND');
    if (told.amountCents !== undefined && told.amountCents !== refund.amountCents) {
      throw new OrderError('REFUND_DIFFERS');
    }
    await this.#carryOut(origin, refund);
    return { order, refund, repeated: !isNew };
  }

  /** Goes on with a refund that was cut off. */
  async resume(origin: OrderOrigin, key: RefundKey): Promise<void> {
    const refund = await this.deps.store.read(origin.companyId, key);
    if (refund !== undefined) await this.#carryOut(origin, refund);
  }

  unfinished(options: {
    readonly olderThanMs: number;
    readonly limit: number;
  }): Promise<readonly (RefundKey & { readonly companyId: number })[]> {
    return this.deps.store.unfinished(options);
  }

  async #carryOut(origin: OrderOrigin, refund: StoredRefund): Promise<void> {
    if (refund.isDone) return;
    await Promise.all(refund.parts.map((part) => this.#giveBack(origin, refund.walletId, part)));
    await this.deps.store.markDone(origin.companyId, refund);
  }

  /** Never more than is left of the redemption: others may have reversed it by hand. */
  async #giveBack({ companyId, actor, traceId }: OrderOrigin, walletId: string, part: RefundPart): Promise<void> {
    const { redemptionId, keyDigest } = part;
    for (let tries = 1; ; tries++) {
      const loaded = await this.deps.reader.loadOne({ companyId, redemptionId });
      const left = loaded?.redemption.status === 'committed' ? outstanding(loaded.redemption) : 0n;
      const points = part.points < left ? part.points : left;
      if (points === 0n) return;
      try {
        await this.deps.ledger.execute({
          commandId: this.deps.newId(),
          companyId,
          walletId,
          actor,
          traceId,
          // The part is the command: what is left of it when it is carried out does not make it another.
          key: { scope: SCOPE, keyDigest, commandDigest: keyDigest },
          privateText: undefined,
          command: { type: 'ReverseRedemption', redemptionId, points },
        });
        return;
      } catch (error) {
        const isOvertaken = error instanceof DomainError && error.code === 'POINTS_EXCEED_COMMITTED';
        if (!isOvertaken || tries >= TRIES_MAX) throw error;
      }
    }
  }
}
