import { entryMovementOf, formatInstant, invariant, mostPoints, type RewardOption } from '#domain';
import type { CustomerSummary } from '../../../customers/read-customers/read-customers.query.js';
import type { HistoryEntry } from '../../../wallets/list-history/list-history.query.js';
import { cashWorthOf, int32Of } from '../fields.js';
import { pointTypeOf } from '../point-types.js';
import { remarksOf } from '../remarks.js';
import type { BalanceResult, PointHistory } from './points.schema.js';

export const nobody: BalanceResult = {
  CustomerExists: false,
  InternalId: null,
  PointsBalance: 0,
  PointsToExpire: [],
  CashbackBalance: 0,
  RedeemKey: null,
  PointHistory: [],
  Name: null,
  Error: null,
};

/** @param cashback the option that says what points are worth, where there is one. */
export function balanceResult(
  { customer, wallet }: CustomerSummary,
  history: readonly HistoryEntry[],
  cashback: RewardOption | undefined,
): BalanceResult {
  const usable = cashback === undefined ? undefined : mostPoints(cashback.cost, wallet.available);
  return {
    CustomerExists: true,
    InternalId: customer.id,
    PointsBalance: int32Of(wallet.available),
    // Points don't expire here; holds do, and then the points are back.
    PointsToExpire: [],
    CashbackBalance: usable === undefined ? 0 : cashWorthOf(cashback, usable),
    RedeemKey: null,
    PointHistory: history.map((entry) => historyOf(entry, cashback)),
    Name: customer.name,
    Error: null,
  };
}

function historyOf({ event, requestText }: HistoryEntry, cashback: RewardOption | undefined): PointHistory {
  const movement = entryMovementOf(event);
  invariant(movement !== undefined, 'an entry of the history moves points');
  const { entryType, pointsDelta, referenceType, referenceId } = movement;
  const { type, description } = pointTypeOf[entryType];
  const { Branch } = remarksOf(requestText?.metadata);
  return {
    Id: int32Of(event.version),
    IsCanceled: false,
    DateReceived: formatInstant(event.occurredAt),
    ExpirationDate: null,
    Amount: int32Of(pointsDelta),
    CashbackAmount: cashWorthOf(cashback, pointsDelta),
    BranchId: Branch?.OriginalId ?? null,
    BranchName: Branch?.Name ?? null,
    OrderOriginDescription: referenceType === 'order' ? (referenceId ?? null) : null,
    PointType: type,
    PointTypeDescription: description,
  };
}
