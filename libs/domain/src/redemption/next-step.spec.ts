import { describe, expect, it } from '@jest/globals';

import {
  callAnswer,
  calling,
  cancelAnswer,
  committed,
  expired,
  expiring,
  failed,
  generatedProvider,
  heldForOrder,
  httpProvider,
  inDoubt,
  issued,
  look,
  lookAndCallAgain,
  lookWithCode,
  orphaned,
  order,
  poolProvider,
  release,
  released,
  releasing,
  requested,
  reserved,
  resolve,
  reverse,
  reversed,
  reversing,
  usedByOrder,
  type WalletHistory,
} from '../../../../test/support/domain/index.js';
import type { Instant } from '../instant.js';
import { callIsInFlight, nextStep, type Step } from './next-step.js';
import type { Redemption } from './redemption.js';

const none: Step = { kind: 'none' };

function stepOf(history: WalletHistory, now: Instant = history.now): Step {
  return nextStep(history.redemption(), now);
}

function justBefore(moment: Instant | undefined): Instant {
  return ((moment as Instant) - 1) as Instant;
}

const ours = { provider: generatedProvider };
const cannotCancel = { provider: httpProvider({ canCancel: false }) };

describe('The next step of a redemption', () => {
  describe('that is requested', () => {
    const history = requested();
    const { requestExpiresAt } = history.redemption();

    it('is to fail it once its time has passed', () => {
      expect(stepOf(history, requestExpiresAt)).toStrictEqual({ kind: 'fail' });
    });
    it('is to reserve until then', () => {
      expect(stepOf(history, justBefore(requestExpiresAt))).toStrictEqual({ kind: 'reserve' });
    });
  });

  describe('that is reserved with its voucher', () => {
    it('is to commit where deduction is immediate, however late', () => {
      const immediate: Redemption = { ...heldForOrder().redemption(), deduction: 'immediate' };
      expect(nextStep(immediate, immediate.requestedAt)).toStrictEqual({ kind: 'commit' });
      expect(nextStep(immediate, immediate.reserveExpiresAt as Instant)).toStrictEqual({ kind: 'commit' });
    });
    it.each([
      ['issued', {}],
      ['the caller’s own', { callersCode: 'MINE' }],
    ])('is to wait for the order until the hold runs out, then to start the release (%s)', (_, plot) => {
      const history = heldForOrder(plot);
      const ends = history.redemption().reserveExpiresAt as Instant;
      expect(stepOf(history, justBefore(ends))).toStrictEqual({ kind: 'wait', until: ends });
      expect(stepOf(history, ends)).toStrictEqual({ kind: 'start_release' });
    });
  });

  describe('that is reserved without a voucher, while calls are allowed', () => {
    it('is the first call', () => {
      expect(stepOf(reserved())).toStrictEqual({ kind: 'call' });
    });
    it('is to issue a code of ours', () => {
      expect(stepOf(reserved(ours))).toStrictEqual({ kind: 'issue_locally' });
      const pooled = { ...reserved(ours).redemption(), provider: poolProvider };
      expect(nextStep(pooled, pooled.requestedAt)).toStrictEqual({ kind: 'issue_locally' });
    });
    it('is to wait while a call is in flight, to the end of its deadline', () => {
      const history = calling();
      const deadline = history.redemption().calls.deadline as Instant;
      expect(stepOf(history, justBefore(deadline))).toStrictEqual({ kind: 'wait', until: deadline });
      expect(callIsInFlight(history.redemption(), justBefore(deadline))).toBe(true);
      expect(callIsInFlight(history.redemption(), deadline)).toBe(false);
    });
    it('is to ask by key, then to call, once a call’s deadline passed without an end', () => {
      const history = calling();
      expect(stepOf(history, history.redemption().calls.deadline)).toStrictEqual({ kind: 'find', thenCall: true });
    });
    it('is to ask by key, then to call, after an unknown outcome', () => {
      expect(stepOf(inDoubt())).toStrictEqual({ kind: 'find', thenCall: true });
    });
    it('is another call where nothing was sent', () => {
      expect(stepOf(calling().after(callAnswer({ kind: 'not_sent' })))).toStrictEqual({ kind: 'call' });
    });
    it('is to ask by key when one of two calls may have been seen', () => {
      const history = inDoubt()
        .after(lookAndCallAgain)
        .after(callAnswer({ kind: 'not_sent' }, 2));
      expect(stepOf(history)).toStrictEqual({ kind: 'find', thenCall: true });
    });
    it('is another call after doubt where the provider cannot look up but is idempotent', () => {
      expect(stepOf(inDoubt({ provider: httpProvider({ canLookup: false }) }))).toStrictEqual({ kind: 'call' });
    });
    it('is only ever to find, once flagged, where the provider is not idempotent', () => {
      const history = inDoubt({ provider: httpProvider({ idempotent: false }) });
      expect(history.redemption().flags).toStrictEqual(['voucher_unknown']);
      expect(stepOf(history)).toStrictEqual({ kind: 'find', thenCall: false });
    });
    it('is to flag, then to wait for a person, where it can neither be asked nor called again', () => {
      const history = inDoubt({ provider: httpProvider({ idempotent: false, canLookup: false }) });
      const until = history.redemption().callsUntil as Instant;
      expect(nextStep({ ...history.redemption(), flags: [] }, history.now)).toStrictEqual({
        kind: 'flag',
        reason: 'voucher_unknown',
      });
      expect(stepOf(history)).toStrictEqual({ kind: 'wait', until });
    });
  });

  describe('that is reserved without a voucher, when calls are over', () => {
    const over = (history: WalletHistory) => stepOf(history, history.redemption().callsUntil);

    it('is to start the release where the provider can cancel', () => {
      expect(over(inDoubt())).toStrictEqual({ kind: 'start_release' });
      expect(over(calling())).toStrictEqual({ kind: 'start_release' });
    });
    it('is to start the release where nothing was ever sent, whoever the provider is', () => {
      expect(over(reserved(cannotCancel))).toStrictEqual({ kind: 'start_release' });
      expect(over(calling(cannotCancel).after(callAnswer({ kind: 'not_sent' })))).toStrictEqual({
        kind: 'start_release',
      });
      expect(over(reserved(ours))).toStrictEqual({ kind: 'start_release' });
    });
    it('is to flag, then to go on finding, where the provider cannot cancel', () => {
      const history = inDoubt(cannotCancel);
      expect(over(history)).toStrictEqual({ kind: 'flag', reason: 'provider_cannot_void' });
      const flagged = history.after(look, history.redemption().callsUntil);
      expect(stepOf(flagged)).toStrictEqual({ kind: 'find', thenCall: false });
    });
    it('is left to a person, once flagged, where the provider can neither cancel nor be asked', () => {
      const history = inDoubt({ provider: httpProvider({ canCancel: false, canLookup: false }) });
      const flagged = history.after(look, history.redemption().callsUntil);
      expect(flagged.redemption().flags).toStrictEqual(['provider_cannot_void']);
      expect(stepOf(flagged)).toStrictEqual(none);
    });
  });

  describe('that is declined', () => {
    it('is to release it', () => {
      const declined: Redemption = {
        ...calling().redemption(),
        voucher: { ...calling().redemption().voucher, state: 'declined' },
      };
      expect(nextStep(declined, declined.requestedAt)).toStrictEqual({ kind: 'release_declined' });
    });
  });

  describe('that is releasing', () => {
    it('is to release where nothing was ever sent', () => {
      const unsent: Redemption = { ...reserved().redemption(), status: 'releasing' };
      expect(nextStep(unsent, unsent.requestedAt)).toStrictEqual({ kind: 'release' });
    });
    it('is to cancel by key, issued or in doubt', () => {
      expect(stepOf(releasing())).toStrictEqual({ kind: 'cancel' });
      expect(stepOf(expiring())).toStrictEqual({ kind: 'cancel' });
      expect(stepOf(inDoubt().after(release))).toStrictEqual({ kind: 'cancel' });
      expect(stepOf(calling().after(release))).toStrictEqual({ kind: 'cancel' });
    });
    it('is to cancel by key even after the provider declined: what was sent has to be made sure of', () => {
      const history = calling()
        .after(release)
        .after(callAnswer({ kind: 'declined', reason: 'sold out' }));
      expect(history.redemption()).toMatchObject({ status: 'releasing', voucher: { state: 'declined' } });
      expect(stepOf(history)).toStrictEqual({ kind: 'cancel' });
    });
    it('is an event of ours where the code is ours', () => {
      const history = requested({ ...ours, deduction: 'order' })
        .after(lookWithCode())
        .after(release);
      expect(stepOf(history)).toStrictEqual({ kind: 'void_locally' });
    });
  });

  describe('that is reversing', () => {
    it('is to cancel by key', () => {
      expect(stepOf(reversing())).toStrictEqual({ kind: 'cancel' });
    });
    it('is an event of ours where the code is ours', () => {
      const history = requested(ours).after(lookWithCode()).after(reverse());
      expect(stepOf(history)).toStrictEqual({ kind: 'void_locally' });
    });
  });

  describe('whose voucher is orphaned', () => {
    it('is to void it by key', () => {
      expect(orphaned().redemption().voucher.state).toBe('orphaned');
      expect(stepOf(orphaned())).toStrictEqual({ kind: 'cancel' });
    });
    it('is nothing but a flag where the provider cannot cancel', () => {
      const history = orphaned(cannotCancel);
      expect(stepOf(history)).toStrictEqual(none);
      expect(nextStep({ ...history.redemption(), flags: [] }, history.now)).toStrictEqual({
        kind: 'flag',
        reason: 'provider_cannot_void',
      });
    });
    it('is nothing once it is void, used by a late order, or accepted as a loss', () => {
      expect(stepOf(orphaned().after(cancelAnswer('void')))).toStrictEqual(none);
      expect(stepOf(orphaned().after(order()))).toStrictEqual(none);
      expect(stepOf(orphaned(cannotCancel).after(resolve('accept_loss')))).toStrictEqual(none);
    });
  });

  it.each([
    ['committed', committed()],
    ['used', usedByOrder()],
    ['failed', failed()],
    ['released', released()],
    ['expired', expired()],
    ['reversed', reversed()],
    ['released with the caller’s own code', heldForOrder({ callersCode: 'MINE' }).after(release)],
    ['declined', calling().after(callAnswer({ kind: 'declined', reason: 'sold out' }))],
    ['committed by an answer that came late', calling().after(callAnswer(issued()))],
  ])('is nothing when it is %s', (_, history) => {
    expect(stepOf(history)).toStrictEqual(none);
  });
});
