import { domainErrorCodes, type DomainErrorCode } from '../domain-error.js';
import { messageMatrix, situationOf, type Reaction } from './message-matrix.js';
import { isGivenBack, type Redemption } from './redemption.js';

/**
 * What an order that carries a redemption's code leads to. The order's id is its natural key: whatever it did the first time, it does
 * not do again. A code whose points are back is a late order's however often it comes: each time somebody honoured it.
 */
export function orderReaction(r: Redemption, orderId: string): Reaction {
  const { voucher } = r;
  if (voucher.orderIds.includes(orderId)) return 'already_so';
  const situation = situationOf(r);
  return situation === 'committed' && voucher.orderId !== undefined
    ? 'CODE_ALREADY_USED'
    : messageMatrix.order[situation];
}

/**
 * Whether the voucher may still be honoured somewhere: two such with one code are somebody's mistake. A code that the caller
 * brought counts while points stand against it: before and after that its caller may give it to another redemption.
 */
export function mayStillBeUsed(r: Redemption): boolean {
  const { voucher } = r;
  if (voucher.callers && (r.status === 'requested' || isGivenBack(r))) return false;
  return voucher.state === 'issued' || voucher.state === 'used' || voucher.state === 'orphaned';
}

/**
 * Which of the redemptions that have a code an order with that code means: the one it meant before; else the only one whose voucher
 * may still be used; else, all of them over, the newest. Undefined where there is none; two live ones are `ambiguous`.
 */
export function redemptionMeant<R extends { readonly redemption: Redemption }>(
  candidates: readonly R[],
  orderId: string,
): R | 'ambiguous' | undefined {
  const before = candidates.find(({ redemption }) => redemption.voucher.orderIds.includes(orderId));
  if (before !== undefined) return before;
  const live = candidates.filter(({ redemption }) => mayStillBeUsed(redemption));
  if (live.length > 1) return 'ambiguous';
  const over = (): R | undefined =>
    candidates.toSorted((a, b) => b.redemption.requestedAt - a.redemption.requestedAt)[0];
  return live[0] ?? over();
}

/** Why an order with a redemption's code would be refused as things stand; undefined where it would not. */
export function orderRefusal(r: Redemption, orderId: string): DomainErrorCode | undefined {
  const reaction = orderReaction(r, orderId);
  return domainErrorCodes.find((code) => code === reaction);
}
