import { describe, expect, it } from '@jest/globals';

import {
  callAnswer,
  calling,
  cancelAnswer,
  committed,
  expiring,
  fact,
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
  released,
  releasing,
  resolve,
  reversing,
  sealed,
  type WalletHistory,
} from '../../../../test/support/domain/index.js';
import type { FlagOutcome, FlagReason } from '../event/event-schemas.js';
import { nextStep } from './next-step.js';
import { isFinished } from './redemption.js';

const flagged = (reason: FlagReason) => fact('RedemptionFlagged', { reason });
const resolved = (outcome: FlagOutcome, ...reasons: FlagReason[]) => fact('FlagResolved', { reasons, outcome });
const issuedFact = fact('VoucherIssued', {
  provider: 'shop',
  externalId: undefined,
  code: sealed('CODE-0001'),
  expiresAt: undefined,
});
const committedAs = (basis: 'immediate' | 'provider_used') =>
  fact('RedemptionCommitted', { points: 30n, held: 30n, basis, orderId: undefined });
const releasedAs = (reason: 'expired' | 'cancelled') => fact('RedemptionReleased', { points: 30n, reason });
const voided = fact('VoucherVoided', {});
const used = fact('VoucherUsed', { orderId: undefined });
const reversed = fact('RedemptionReversed', { points: 30n });

const cannotCancel = { provider: httpProvider({ canCancel: false }) };
const doubtfulAndFlagged = () => inDoubt().after(flag('voucher_unknown'));
const stuck = (): WalletHistory => {
  const doubtful = inDoubt(cannotCancel);
  return doubtful.after(look, doubtful.redemption().callsUntil);
};
const releasingFlagged = () => releasing().after(flag('cancel_unknown'));
const expiringFlagged = () => expiring().after(flag('cancel_unknown'));
const reversingFlagged = () => reversing().after(flag('cancel_unknown'));
const orphanFlagged = () => orphaned().after(flag('cancel_unknown'));
const secondVoucher = () => committed().after(callAnswer(issued('CODE-0002')));
const unpaid = () =>
  released({ balance: 30n, cost: 30n })
    .after({ type: 'AdjustPoints', pointsDelta: -1n, referenceType: 'manual', referenceId: undefined })
    .after(order());

/** Asked for again, an outcome finds no flag that stands. */
const once = 'FLAG_OUTCOME_NOT_APPLICABLE';

describe('A flag', () => {
  it('is raised once', () => {
    given(inDoubt())
      .when(flag('voucher_unknown'))
      .thenRecords([flagged('voucher_unknown')]);
    given(releasing())
      .when(flag('cancel_unknown'))
      .thenRecords([flagged('cancel_unknown')]);
    given(committed())
      .when(flag('code_ambiguous'))
      .thenRecords([flagged('code_ambiguous')]);
  });

  it('does not come from a worker that was frozen while its trouble went away', () => {
    for (const history of [committed(), heldForOrder(), released(), releasing()]) {
      given(history).when(flag('voucher_unknown')).thenNothing();
    }
    for (const history of [committed(), heldForOrder(), released(), inDoubt()]) {
      given(history).when(flag('cancel_unknown')).thenNothing();
    }
  });

  it('is no grave: the saga goes on as before while it stands', () => {
    expect(nextStep(doubtfulAndFlagged().redemption(), doubtfulAndFlagged().now)).toStrictEqual({
      kind: 'find',
      thenCall: true,
    });
    given(doubtfulAndFlagged())
      .when(callAnswer(issued()))
      .thenRecords([resolved('issued', 'voucher_unknown'), issuedFact, committedAs('immediate')]);
  });
});

describe('A person’s word on a flag', () => {
  it('is refused where no flag stands', () => {
    for (const outcome of ['not_issued', 'voided', 'used', 'accept_loss'] as const) {
      given(inDoubt()).when(resolve(outcome)).thenRefuses(once);
      given(releasing()).when(resolve(outcome)).thenRefuses(once);
    }
    given(inDoubt()).when(resolve('issued', 'CODE-0001')).thenRefuses(once);
  });

  describe('issued', () => {
    it('brings the code: the voucher is recorded and the saga goes on', () => {
      given(doubtfulAndFlagged())
        .when(resolve('issued', 'CODE-0001'))
        .thenRecords([resolved('issued', 'voucher_unknown'), issuedFact, committedAs('immediate')], once);
      given(stuck())
        .when(resolve('issued', 'CODE-0001'))
        .thenRecords([resolved('issued', 'provider_cannot_void'), issuedFact, committedAs('immediate')], once);
    });

    it('is believed while a call is in flight: a voucher is a fact', () => {
      const inFlight = doubtfulAndFlagged().after(lookAndCallAgain);
      given(inFlight)
        .when(resolve('issued', 'CODE-0001'))
        .thenRecords([resolved('issued', 'voucher_unknown'), issuedFact, committedAs('immediate')], once);
    });

    it('does not fit without a code, where one is on record, or where no provider was asked', () => {
      given(doubtfulAndFlagged()).when(resolve('issued')).thenRefuses(once);
      given(secondVoucher()).when(resolve('issued', 'CODE-0002')).thenRefuses(once);
      const callers = heldForOrder({ callersCode: 'MINE' }).after(flag('code_ambiguous'));
      given(callers).when(resolve('issued', 'CODE-0001')).thenRefuses(once);
    });
  });

  describe.each(['not_issued', 'voided'] as const)('%s', (outcome) => {
    it('gives the points of an open hold back', () => {
      given(doubtfulAndFlagged())
        .when(resolve(outcome))
        .thenRecords([resolved(outcome, 'voucher_unknown'), voided, releasedAs('cancelled')], once);
      given(expiringFlagged())
        .when(resolve(outcome))
        .thenRecords([resolved(outcome, 'cancel_unknown'), voided, releasedAs('expired')], once);
    });

    it('gives the points of an open reversal back', () => {
      given(reversingFlagged())
        .when(resolve(outcome))
        .thenRecords([resolved(outcome, 'cancel_unknown'), voided, reversed], once);
    });

    it('finishes an orphan', () => {
      const after = given(orphanFlagged())
        .when(resolve(outcome))
        .thenRecords([resolved(outcome, 'cancel_unknown'), voided], once);
      expect(isFinished(after.redemption())).toBe(true);
    });

    it('is refused while an attempt is in flight, and believed after its deadline', () => {
      const inFlight = doubtfulAndFlagged().after(lookAndCallAgain);
      given(inFlight).when(resolve(outcome)).thenRefuses('VOUCHER_CALL_IN_FLIGHT');
      given(inFlight)
        .when(resolve(outcome), inFlight.redemption().calls.deadline)
        .thenRecords([resolved(outcome, 'voucher_unknown'), voided, releasedAs('cancelled')], once);
    });

    it('does not fit where nothing waits for it', () => {
      given(secondVoucher()).when(resolve(outcome)).thenRefuses(once);
      given(heldForOrder().after(flag('code_ambiguous')))
        .when(resolve(outcome))
        .thenRefuses(once);
    });
  });

  describe('used', () => {
    it('commits a hold that was to be released', () => {
      given(releasingFlagged())
        .when(resolve('used'))
        .thenRecords([resolved('used', 'cancel_unknown'), used, committedAs('provider_used')], once);
    });

    it('commits a reversal again', () => {
      given(reversingFlagged())
        .when(resolve('used'))
        .thenRecords([resolved('used', 'cancel_unknown'), used], once);
    });

    it('leaves an orphan flagged as used', () => {
      const after = given(orphanFlagged())
        .when(resolve('used'))
        .thenRecords([resolved('used', 'cancel_unknown'), used, flagged('orphan_used')], once);
      given(after)
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'orphan_used')], once);
    });

    it('does not fit where nothing is being cancelled', () => {
      given(doubtfulAndFlagged()).when(resolve('used')).thenRefuses(once);
      given(secondVoucher()).when(resolve('used')).thenRefuses(once);
    });
  });

  describe('accept_loss', () => {
    it('gives back the points of an open hold or reversal', () => {
      given(stuck())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'provider_cannot_void'), releasedAs('cancelled')], once);
      given(expiringFlagged())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'cancel_unknown'), releasedAs('expired')], once);
      given(reversingFlagged())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'cancel_unknown'), reversed], once);
    });

    it('leaves the points of an orphan back, and the voucher counts as finished', () => {
      const after = given(orphanFlagged())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'cancel_unknown')], once);
      expect(isFinished(after.redemption())).toBe(true);
      expect(after.state.wallet).toMatchObject({ available: 100n, reserved: 0n, burned: 0n });
    });

    it('settles the flags that no other outcome fits', () => {
      given(secondVoucher())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'second_voucher')], once);
      given(unpaid())
        .when(resolve('accept_loss'))
        .thenRecords([resolved('accept_loss', 'late_order_unpaid')], once);
    });

    it('is refused while an attempt is in flight', () => {
      const inFlight = doubtfulAndFlagged().after(lookAndCallAgain);
      given(inFlight).when(resolve('accept_loss')).thenRefuses('VOUCHER_CALL_IN_FLIGHT');
    });
  });

  it('resolves every flag that stands', () => {
    const two = releasingFlagged().after(flag('code_ambiguous'));
    given(two)
      .when(resolve('voided'))
      .thenRecords([resolved('voided', 'cancel_unknown', 'code_ambiguous'), voided, releasedAs('cancelled')], once);
  });

  it('that came after the provider’s answer finds nothing to resolve', () => {
    given(releasingFlagged().after(cancelAnswer('void')))
      .when(resolve('used'))
      .thenRefuses(once);
    expect(calling().redemption().flags).toStrictEqual([]);
  });
});
