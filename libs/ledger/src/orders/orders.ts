import { DomainError, orderRefusal, redemptionMeant, type Redemption } from '#domain';
import type { Ledger } from '../ledger.js';
import type { LoadedRedemption, RedemptionReader } from '../read/redemption-reader.js';
import type { CodeOwners } from './code-owners.js';
import { OrderError } from './order-error.js';
import type { OrderedRedemption, OrderOrigin, StoredOrder, ToldOrder } from './order-records.js';
import type { ClaimedRedemption, OrderKey, OrderStore } from './order-store.js';

export interface OrdersDeps {
  readonly ledger: Ledger;
  readonly reader: RedemptionReader;
  readonly store: OrderStore;
  readonly owners: CodeOwners;
  readonly newId: () => string;
}

/** What an order has led to: the same for every repeat. */
export interface AppliedOrder {
  readonly order: StoredOrder;
  /** The order was on record before. */
  readonly repeated: boolean;
}

/**
 * Orders that carry vouchers. The order is recorded first, then each code is committed in the ledger, in a transaction of its own; the
 * order's id is the natural key of both. A process that dies in between leaves an order that isn't marked as applied: the call's repeat,
 * or the worker's sweep, goes on with it.
 */
export class Orders {
  constructor(private readonly deps: OrdersDeps) {}

  /**
   * Commits what the order's codes hold. Codes that are nobody's are the shop's own affair.
   *
   * @throws OrderError, or DomainError where a code can't be committed: nothing is left of an order that had no other.
   */
  async apply(origin: OrderOrigin, told: ToldOrder): Promise<AppliedOrder> {
    const { companyId } = origin;
    const { store, owners } = this.deps;
    const codes = [...new Set(told.codes)];
    const key = { companyId, orderId: told.orderId };
    const [before, candidates] = await Promise.all([store.read(key), owners.find(companyId, codes)]);
    if (before === undefined) await store.place(companyId, told, this.#claims(told, candidates));
    const order = before ?? (await store.read(key));
    // A simultaneous call whose codes were refused has taken the order away again: so would these be.
    if (order === undefined) throw new DomainError('CODE_ALREADY_USED');
    if (!isSame(order, told, candidates)) throw new OrderError('ORDER_DIFFERS');
    return { order: await this.#finish(origin, order), repeated: before !== undefined };
  }

  /** Goes on with an order that was cut off. Undefined where nothing is left of it. */
  async resume(origin: OrderOrigin, orderId: string): Promise<StoredOrder | undefined> {
    const order = await this.deps.store.read({ companyId: origin.companyId, orderId });
    return order && this.#finish(origin, order);
  }

  unfinished(options: { readonly olderThanMs: number; readonly limit: number }): Promise<readonly OrderKey[]> {
    return this.deps.store.unfinished(options);
  }

  /** Refuses before anything is written whatever would be refused as things stand now. */
  #claims(told: ToldOrder, candidates: readonly (readonly LoadedRedemption[])[]): readonly ClaimedRedemption[] {
    const claimed = new Map<string, ClaimedRedemption>();
    for (const owners of candidates) {
      const meant = redemptionMeant(owners, told.orderId);
      if (meant === undefined) continue;
      if (meant === 'ambiguous') throw new OrderError('CODE_AMBIGUOUS');
      if (meant.walletId !== told.walletId) throw new OrderError('CODE_OF_ANOTHER_CUSTOMER');
      const refusal = orderRefusal(meant.redemption, told.orderId);
      if (refusal !== undefined) throw new DomainError(refusal);
      claimed.set(meant.redemption.id, { redemptionId: meant.redemption.id, recoveryId: this.deps.newId() });
    }
    return [...claimed.values()];
  }

  async #finish(origin: OrderOrigin, order: StoredOrder): Promise<StoredOrder> {
    if (order.appliedAt !== undefined) return order;
    const refusals = await Promise.all(order.redemptions.map((ordered) => this.#commit(origin, order, ordered)));
    const refused = order.redemptions.filter((_, index) => refusals[index] !== undefined);
    const accepted = order.redemptions.filter((_, index) => refusals[index] === undefined);
    const { companyId } = origin;
    const key = { companyId, orderId: order.orderId };
    if (refused.length > 0) {
      const refusedIds = refused.map(({ redemptionId }) => redemptionId);
      await this.deps.store.drop(key, refusedIds);
    }
    if (refused.length === 0 || accepted.length > 0) {
      await this.deps.store.markApplied(companyId, order, await this.#payments(companyId, order.orderId, accepted));
    }
    const refusal = refusals.find((error) => error !== undefined);
    if (refusal !== undefined) throw refusal;
    return (await this.deps.store.read(key)) ?? order;
  }

  /** Commits one code; returns why the domain refuses. The order is a fact by now: it is carried out though the caller has gone. */
  async #commit(
    { companyId, actor, traceId }: OrderOrigin,
    { orderId, walletId }: StoredOrder,
    { redemptionId, recoveryId }: OrderedRedemption,
  ): Promise<DomainError | undefined> {
    try {
      await this.deps.ledger.execute({
        commandId: this.deps.newId(),
        companyId,
        walletId,
        actor,
        traceId,
        // The order's id in the redemption's state makes it repeatable.
        key: undefined,
        privateText: undefined,
        command: { type: 'ApplyOrder', redemptionId, orderId, recoveryId },
      });
      return undefined;
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  /** Who paid: the redemption itself, the one that recovers it, or, where the balance was short, nobody. */
  async #payments(
    companyId: number,
    orderId: string,
    ordered: readonly OrderedRedemption[],
  ): Promise<readonly OrderedRedemption[]> {
    const ids = ordered.flatMap(({ redemptionId, recoveryId }) => [redemptionId, recoveryId]);
    const loaded = await this.deps.reader.load(ids.map((redemptionId) => ({ companyId, redemptionId })));
    const found = new Map(loaded.map(({ redemption }) => [redemption.id, redemption]));
    return ordered.map((one) => {
      const original = found.get(one.redemptionId);
      const paying = found.get(one.recoveryId) ?? (paidFor(original, orderId) ? original : undefined);
      return { ...one, payingId: paying?.id, points: paying?.committed ?? 0n };
    });
  }
}

/** One whose points are back pays for nothing: they came back before this order, or there is nothing of it to refund any more. */
function paidFor(redemption: Redemption | undefined, orderId: string): boolean {
  return redemption?.status === 'committed' && redemption.voucher.orderIds.includes(orderId);
}

/** Every code that is ours stands in the order, and the order has no other. */
function isSame(order: StoredOrder, told: ToldOrder, candidates: readonly (readonly LoadedRedemption[])[]): boolean {
  const { customerId, totalCents, currency } = order;
  if (customerId !== told.customerId || totalCents !== told.totalCents || currency !== told.currency) return false;
  const known = new Set(order.redemptions.map(({ redemptionId }) => redemptionId));
  const named = new Set<string>();
  for (const owners of candidates) {
    const ours = owners.filter(({ redemption }) => known.has(redemption.id));
    if (owners.length > 0 && ours.length === 0) return false;
    for (const { redemption } of ours) named.add(redemption.id);
  }
  return named.size === known.size;
}
