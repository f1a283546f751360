import { describe, expect, it } from '@jest/globals';

import {
  at,
  callAnswer,
  calling,
  cancelAnswer,
  committed,
  expiring,
  fact,
  findAnswer,
  flag,
  given,
  heldForOrder,
  httpProvider,
  inDoubt,
  issued,
  look,
  lookAndCallAgain,
  order,
  orphaned,
  release,
  released,
  requested,
  releasing,
  resolve,
  reversed,
  reversing,
  sealed,
  voucher,
} from '../../../../test/support/domain/index.js';

const issuedFact = (code = 'CODE-0001', externalId?: string) =>
  fact('VoucherIssued', { provider: 'shop', externalId, code: sealed(code), expiresAt: undefined });
const committedAs = (basis: 'immediate' | 'provider_used') =>
  fact('RedemptionCommitted', { points: 30n, held: 30n, basis, orderId: undefined });
const releasedAs = (reason: 'expired' | 'declined' | 'cancelled') =>
  fact('RedemptionReleased', { points: 30n, reason });
const ended = (outcome: 'unknown' | 'not_sent', attempt = 1) => fact('VoucherCallEnded', { attempt, outcome });
const usedFact = fact('VoucherUsed', { orderId: undefined });
const voidedFact = fact('VoucherVoided', {});
const reversedFact = fact('RedemptionReversed', { points: 30n });
const resolvedFact = (
  outcome: 'issued' | 'voided' | 'used',
  ...reasons: ('voucher_unknown' | 'cancel_unknown' | 'provider_cannot_void')[]
) => fact('FlagResolved', { reasons, outcome });
const declined = { kind: 'declined', reason: 'sold out' } as const;
const declinedFact = fact('VoucherDeclined', { reason: 'sold out' });

/** A first call of unknown outcome, and a second one in flight. */
const callingAgain = () => inDoubt().after(lookAndCallAgain);

describe('The provider’s answer to a call', () => {
  it('issued: the voucher is recorded and the points are committed', () => {
    given(calling())
      .when(callAnswer(issued()))
      .thenRecords([issuedFact(), committedAs('immediate')]);
  });

  it('declined: the points go back', () => {
    const after = given(calling())
      .when(callAnswer(declined))
      .thenRecords([declinedFact, releasedAs('declined')]);
    expect(after.state.wallet).toMatchObject({ available: 100n, reserved: 0n });
    expect(after.redemption()).toMatchObject({
      status: 'released',
      firstOutcome: 'refused',
      releaseReason: 'declined',
    });
  });

  it('declined after an attempt of unknown outcome is not believed', () => {
    const after = given(callingAgain())
      .when(callAnswer(declined, 2))
      .thenRecords([ended('unknown', 2)]);
    expect(after.redemption()).toMatchObject({ status: 'reserved', voucher: { state: 'calling' } });
  });

  it('declined after an attempt whose deadline passed in silence is not believed', () => {
    const silent = calling();
    const again = silent.after(lookAndCallAgain, silent.redemption().calls.deadline);
    given(again)
      .when(callAnswer(declined, 2))
      .thenRecords([ended('unknown', 2)]);
  });

  it('declined after attempts that were not sent is believed', () => {
    const again = calling()
      .after(callAnswer({ kind: 'not_sent' }))
      .after({ ...lookAndCallAgain });
    given(again)
      .when(callAnswer(declined, 2))
      .thenRecords([declinedFact, releasedAs('declined')]);
  });

  it('unknown, and not sent, end the attempt and leave the points held', () => {
    const unknown = given(calling())
      .when(callAnswer({ kind: 'unknown' }))
      .thenRecords([ended('unknown')]);
    expect(unknown.redemption().calls).toMatchObject({ open: false, everSent: true, everUnknown: true });
    const notSent = given(calling())
      .when(callAnswer({ kind: 'not_sent' }))
      .thenRecords([ended('not_sent')]);
    expect(notSent.redemption()).toMatchObject({
      voucher: { state: 'none' },
      calls: { open: false, everSent: false, everUnknown: false },
    });
  });

  it('unknown is flagged at once where there will be no other attempt', () => {
    given(calling({ provider: httpProvider({ idempotent: false }) }))
      .when(callAnswer({ kind: 'unknown' }))
      .thenRecords([ended('unknown'), fact('RedemptionFlagged', { reason: 'voucher_unknown' })]);
  });

  it('is ignored, but for a voucher, when it is about an attempt that is no longer the open one', () => {
    for (const answer of [declined, { kind: 'unknown' }, { kind: 'not_sent' }] as const) {
      given(callingAgain()).when(callAnswer(answer, 1)).thenNothing();
      given(inDoubt()).when(callAnswer(answer, 1)).thenNothing();
      given(committed()).when(callAnswer(answer, 1)).thenNothing();
      given(released()).when(callAnswer(answer, 1)).thenNothing();
    }
    given(callingAgain())
      .when(callAnswer(issued(), 1))
      .thenRecords([issuedFact(), committedAs('immediate')]);
    given(inDoubt())
      .when(callAnswer(issued(), 1))
      .thenRecords([issuedFact(), committedAs('immediate')]);
  });

  it('declined while releasing is recorded, and the key is still cancelled', () => {
    given(calling().after(release)).when(callAnswer(declined)).thenRecords([declinedFact]);
  });

  it('issued while releasing is recorded, and is voided like any other', () => {
    const after = given(calling().after(release)).when(callAnswer(issued())).thenRecords([issuedFact()]);
    expect(after.redemption()).toMatchObject({ status: 'releasing', voucher: { state: 'issued' } });
    given(after)
      .when(cancelAnswer('void'))
      .thenRecords([voidedFact, releasedAs('cancelled')]);
  });

  it('issued after the points went back moves none, and the voucher is orphaned', () => {
    const givenBack = inDoubt().after(release).after(cancelAnswer('void'));
    const after = given(givenBack).when(callAnswer(issued())).thenRecords([issuedFact()]);
    expect(after.state.wallet).toMatchObject({ available: 100n, reserved: 0n, burned: 0n });
    expect(after.redemption()).toMatchObject({ status: 'released', voucher: { state: 'orphaned' } });
  });

  it('issued after the points went back is flagged at once where the provider cannot cancel', () => {
    const plot = { provider: httpProvider({ canCancel: false }) };
    const givenBack = inDoubt(plot).after(flag('voucher_unknown')).after(resolve('not_issued'));
    given(givenBack)
      .when(callAnswer(issued()))
      .thenRecords([issuedFact(), fact('RedemptionFlagged', { reason: 'provider_cannot_void' })]);
  });

  it('issued after the voucher was used is recorded, and the voucher stays used', () => {
    const used = inDoubt().after(release).after(cancelAnswer('used'));
    const committedAfter = given(used).when(callAnswer(issued())).thenRecords([issuedFact()]);
    expect(committedAfter.redemption().voucher).toMatchObject({ state: 'used', code: sealed('CODE-0001') });
    const paidLate = inDoubt().after(release).after(cancelAnswer('void')).after(order());
    const releasedAfter = given(paidLate).when(callAnswer(issued())).thenRecords([issuedFact()]);
    expect(releasedAfter.redemption().voucher).toMatchObject({ state: 'used', orderId: 'order-1' });
  });

  it('issued again with the code on record adds nothing, under any key of the ring', () => {
    for (const history of [committed(), heldForOrder(), releasing(), released(), reversing(), reversed(), orphaned()]) {
      given(history).when(callAnswer(issued())).thenNothing();
      given(history).when(findAnswer(issued())).thenNothing();
    }
    const rotated = { ...voucher('SAME-TEXT-NEW-KEY'), otherDigests: [sealed('CODE-0001').digest] };
    given(committed())
      .when(callAnswer({ kind: 'issued', voucher: rotated }))
      .thenNothing();
  });

  it('issued again leaves a flag alone that it does not answer', () => {
    given(releasing().after(flag('cancel_unknown')))
      .when(callAnswer(issued()))
      .thenNothing();
    given(orphaned({ provider: httpProvider({ canCancel: false }) }))
      .when(callAnswer(issued()))
      .thenNothing();
    const unvoided = inDoubt().after(flag('voucher_unknown')).after(release).after(flag('cancel_unknown'));
    const after = given(unvoided)
      .when(callAnswer(issued()))
      .thenRecords([resolvedFact('issued', 'voucher_unknown'), issuedFact()]);
    expect(after.redemption().flags).toStrictEqual(['cancel_unknown']);
  });

  it('issued with another code is appended and flagged, never replaces the first, and its repeat adds nothing', () => {
    const second = [issuedFact('CODE-0002'), fact('RedemptionFlagged', { reason: 'second_voucher' })];
    const after = given(committed())
      .when(callAnswer(issued('CODE-0002')))
      .thenRecords(second);
    expect(after.redemption().voucher).toMatchObject({
      code: sealed('CODE-0001'),
      others: [{ digest: sealed('CODE-0002').digest, externalId: undefined }],
    });
    given(after)
      .when(callAnswer(issued('CODE-0003')))
      .thenRecords([issuedFact('CODE-0003')]);
    const settled = after.after(resolve('accept_loss'));
    given(settled)
      .when(callAnswer(issued('CODE-0002')))
      .thenNothing();
    given(settled)
      .when(callAnswer(issued('CODE-0003')))
      .thenRecords([issuedFact('CODE-0003'), fact('RedemptionFlagged', { reason: 'second_voucher' })]);
  });

  it('issued with the same code under another external id is a second voucher', () => {
    const first = calling().after(callAnswer(issued('CODE-0001', 'ext-1')));
    given(first)
      .when(callAnswer(issued('CODE-0001', 'ext-1')))
      .thenNothing();
    given(first)
      .when(callAnswer(issued('CODE-0001')))
      .thenNothing();
    given(first)
      .when(callAnswer(issued('CODE-0001', 'ext-2')))
      .thenRecords([issuedFact('CODE-0001', 'ext-2'), fact('RedemptionFlagged', { reason: 'second_voucher' })]);
  });

  it('issued at last resolves the flag that the provider does not answer', () => {
    const plot = { provider: httpProvider({ idempotent: false }) };
    given(inDoubt(plot))
      .when(callAnswer(issued()))
      .thenRecords([resolvedFact('issued', 'voucher_unknown'), issuedFact(), committedAs('immediate')]);
  });
});

describe('The provider’s answer when asked by key', () => {
  it('issued: recorded and committed', () => {
    given(inDoubt())
      .when(findAnswer(issued()))
      .thenRecords([issuedFact(), committedAs('immediate')]);
  });

  it('issued, though it cannot cancel and is flagged: the flag is resolved and the points are committed', () => {
    const doubtful = inDoubt({ provider: httpProvider({ canCancel: false }) });
    const flagged = doubtful.after(look, doubtful.redemption().callsUntil);
    given(flagged)
      .when(findAnswer(issued()))
      .thenRecords([resolvedFact('issued', 'provider_cannot_void'), issuedFact(), committedAs('immediate')]);
  });

  it('used: recorded, used and committed', () => {
    const after = given(inDoubt())
      .when(findAnswer({ kind: 'used', voucher: voucher() }))
      .thenRecords([issuedFact(), usedFact, committedAs('provider_used')]);
    expect(after.redemption()).toMatchObject({ status: 'committed', voucher: { state: 'used', orderId: undefined } });
  });

  it('used by the time the voucher waits for its order: committed on the provider’s word', () => {
    given(heldForOrder())
      .when(findAnswer({ kind: 'used', voucher: voucher() }))
      .thenRecords([usedFact, committedAs('provider_used')]);
  });

  it('cancelled: void, and the points go back', () => {
    given(inDoubt())
      .when(findAnswer({ kind: 'cancelled' }))
      .thenRecords([voidedFact, releasedAs('cancelled')]);
  });

  it('cancelled or used while releasing or reversing counts as cancel’s answer', () => {
    given(expiring())
      .when(findAnswer({ kind: 'cancelled' }))
      .thenRecords([voidedFact, releasedAs('expired')]);
    given(releasing())
      .when(findAnswer({ kind: 'used', voucher: voucher() }))
      .thenRecords([usedFact, committedAs('provider_used')]);
    given(reversing())
      .when(findAnswer({ kind: 'cancelled' }))
      .thenRecords([voidedFact, reversedFact]);
    given(reversing())
      .when(findAnswer({ kind: 'used', voucher: voucher() }))
      .thenRecords([usedFact]);
  });

  it('not found, or unknown, says nothing', () => {
    given(inDoubt())
      .when(findAnswer({ kind: 'not_found' }))
      .thenNothing();
    given(inDoubt())
      .when(findAnswer({ kind: 'unknown' }))
      .thenNothing();
  });

  it('says nothing before points are held: nothing has gone out under this key', () => {
    for (const answer of [issued(), { kind: 'used', voucher: voucher() }, { kind: 'cancelled' }] as const) {
      given(requested()).when(findAnswer(answer)).thenNothing();
    }
  });

  it('cancelled moves nothing where nothing waits for it', () => {
    for (const history of [heldForOrder(), committed(), released(), reversed()]) {
      given(history)
        .when(findAnswer({ kind: 'cancelled' }))
        .thenNothing();
    }
  });
});

describe('The provider’s answer to a cancellation', () => {
  it('void while releasing: voided and released in one append, for the reason it was started', () => {
    given(releasing())
      .when(cancelAnswer('void'))
      .thenRecords([voidedFact, releasedAs('cancelled')]);
    const expired = given(expiring())
      .when(cancelAnswer('void'))
      .thenRecords([voidedFact, releasedAs('expired')]);
    expect(expired.redemption().status).toBe('expired');
    expect(expired.state.wallet).toMatchObject({ available: 100n, reserved: 0n });
  });

  it('void while reversing: voided and reversed in one append', () => {
    const after = given(reversing()).when(cancelAnswer('void')).thenRecords([voidedFact, reversedFact]);
    expect(after.redemption().status).toBe('reversed');
    expect(after.state.wallet).toMatchObject({ available: 100n, burned: 0n });
  });

  it('used while releasing: used and committed on the provider’s word', () => {
    const after = given(expiring())
      .when(cancelAnswer('used'))
      .thenRecords([usedFact, committedAs('provider_used')]);
    expect(after.state.wallet).toMatchObject({ available: 70n, reserved: 0n, burned: 30n });
  });

  it('used while reversing: committed again, and no point moves', () => {
    const after = given(reversing()).when(cancelAnswer('used')).thenRecords([usedFact]);
    expect(after.redemption()).toMatchObject({ status: 'committed', voucher: { state: 'used' } });
    expect(after.state.wallet).toMatchObject({ available: 70n, burned: 30n });
  });

  it('void for an orphan: voided, and no point moves', () => {
    const after = given(orphaned()).when(cancelAnswer('void')).thenRecords([voidedFact]);
    expect(after.state.wallet).toMatchObject({ available: 100n, reserved: 0n });
  });

  it('used for an orphan: a person is told', () => {
    given(orphaned())
      .when(cancelAnswer('used'))
      .thenRecords([usedFact, fact('RedemptionFlagged', { reason: 'orphan_used' })]);
  });

  it('used for an orphan that a late order has paid for: finished', () => {
    given(orphaned().after(order())).when(cancelAnswer('used')).thenNothing();
  });

  it('unknown says nothing', () => {
    given(releasing()).when(cancelAnswer('unknown')).thenNothing();
  });

  it('resolves the flag that it does not answer', () => {
    given(releasing().after(flag('cancel_unknown')))
      .when(cancelAnswer('void'))
      .thenRecords([resolvedFact('voided', 'cancel_unknown'), voidedFact, releasedAs('cancelled')]);
    given(reversing().after(flag('cancel_unknown')))
      .when(cancelAnswer('used'))
      .thenRecords([resolvedFact('used', 'cancel_unknown'), usedFact]);
  });

  it('void after an order has paid meanwhile is noted and moves no point', () => {
    const paid = releasing().after(order());
    const after = given(paid).when(cancelAnswer('void'), at(999)).thenRecords([voidedFact]);
    expect(after.redemption()).toMatchObject({ status: 'committed', voucher: { state: 'voided', orderId: 'order-1' } });
    expect(after.state.wallet).toMatchObject({ available: 70n, burned: 30n });
  });

  it('that comes to a redemption which waits for none says nothing', () => {
    for (const history of [committed(), released(), reversed(), heldForOrder()]) {
      given(history).when(cancelAnswer('void')).thenNothing();
    }
    given(released()).when(cancelAnswer('used')).thenNothing();
  });
});
