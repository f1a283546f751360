import { describe, expect, it } from '@jest/globals';

import {
  at,
  calling,
  committed,
  fact,
  generatedProvider,
  given,
  heldForOrder,
  httpProvider,
  inDoubt,
  issued,
  laterThan,
  look,
  poolProvider,
  lookAndCall,
  lookAndCallAgain,
  lookWithCode,
  callAnswer,
  cancelAnswer,
  REDEMPTION,
  release,
  request,
  requested,
  reserved,
  reversing,
  sealed,
  voucher,
  walletWith,
} from '../../../../test/support/domain/index.js';
import { addSeconds, type Instant } from '../instant.js';
import { needsLocalCode, voucherExpiresAt } from './advance.js';
import { isFinished, isSettled } from './redemption.js';

const issuedFact = (code = 'CODE-0001', provider = 'shop') =>
  fact('VoucherIssued', { provider, externalId: undefined, code: sealed(code), expiresAt: undefined });
const committedFact = fact('RedemptionCommitted', { points: 30n, held: 30n, basis: 'immediate', orderId: undefined });

describe('Redemption', () => {
  describe('when it is asked for', () => {
    const { type: _type, requestTtlSeconds: _ttl, ...facts } = request();

    it('is requested and no more: nothing is reserved', () => {
      const wallet = walletWith(100n);
      const after = given(wallet)
        .when(request(), at(10))
        .thenRecords([
          fact('RedemptionRequested', {
            ...facts,
            requestExpiresAt: at(910),
            recoversRedemptionId: undefined,
            terms: undefined,
          }),
        ]);
      expect(after.state.wallet).toMatchObject({ available: 100n, reserved: 0n });
      expect(after.redemption()).toMatchObject({ status: 'requested', firstVersion: 3n, lastEntryVersion: undefined });
    });

    it('is requested even where the wallet cannot pay: the worker says no', () => {
      expect(requested({ balance: 0n }).redemption().status).toBe('requested');
    });

    it.each([0n, -5n, 2n ** 63n])('refuses a cost of %s', (cost) => {
      given(walletWith(100n)).when(request({ cost })).thenRefuses('POINTS_OUT_OF_RANGE');
    });

    it('refuses to wait for an order where the provider cannot cancel: delay needs a way back', () => {
      const plot = { provider: httpProvider({ canCancel: false }) };
      given(walletWith(100n))
        .when(request({ ...plot, deduction: 'order' }))
        .thenRefuses('PROVIDER_CANNOT_VOID');
      expect(requested(plot).redemption().status).toBe('requested');
    });

    it('wants exactly one of a provider and a code of the caller', () => {
      const neither = { ...request(), provider: undefined };
      expect(() => walletWith(1n).decide(neither)).toThrow('one of provider and callerVoucher');
      const both = { ...request(), callerVoucher: { code: sealed('X'), externalId: undefined, provider: undefined } };
      expect(() => walletWith(1n).decide(both)).toThrow('one of provider and callerVoucher');
    });
  });

  it('is not found by a command that names another', () => {
    given(walletWith(100n)).when(release).thenRefuses('REDEMPTION_NOT_FOUND');
    given(requested()).when({ type: 'ReleaseRedemption', redemptionId: 'another' }).thenRefuses('REDEMPTION_NOT_FOUND');
  });

  describe('when it is requested', () => {
    it('reserves the points and starts the provider call in one append', () => {
      const after = given(requested())
        .when(lookAndCall, at(100))
        .thenRecords([
          fact('PointsReserved', { points: 30n, reserveExpiresAt: at(1_000), callsUntil: at(1_000) }),
          fact('VoucherCallStarted', { attempt: 1, callDeadline: at(105) }),
        ]);
      expect(after.state.wallet).toMatchObject({ available: 70n, reserved: 30n });
    });

    it('lets calls go on for the hold or the calls’ own time, whichever ends first', () => {
      const short = reserved({ holdSeconds: 60n });
      const ends = laterThan(short, 60);
      expect(short.redemption()).toMatchObject({ callsUntil: ends, reserveExpiresAt: ends });
      const long = reserved({ deduction: 'order' });
      expect(long.redemption()).toMatchObject({
        callsUntil: laterThan(long, 900),
        reserveExpiresAt: laterThan(long, 604_800),
      });
    });

    it('fails where the wallet cannot pay, and takes no point', () => {
      const after = given(requested({ balance: 29n }))
        .when(lookAndCall)
        .thenRecords([fact('RedemptionFailed', { reason: 'insufficient_points' })]);
      expect(after.state.wallet).toMatchObject({ available: 29n, reserved: 0n });
      expect(after.redemption()).toMatchObject({ status: 'failed', firstOutcome: 'refused' });
    });

    it('takes the last point', () => {
      expect(reserved({ balance: 30n }).state.wallet).toMatchObject({ available: 0n, reserved: 30n });
    });

    it('fails once its time has passed, not a moment before', () => {
      const waiting = requested();
      const ends = waiting.redemption().requestExpiresAt;
      given(waiting)
        .when(lookAndCall, ends)
        .thenRecords([fact('RedemptionFailed', { reason: 'request_expired' })]);
      const justInTime = waiting.after(lookAndCall, (ends - 1) as Instant);
      expect(justInTime.redemption().status).toBe('reserved');
    });

    it('settles in one append where the code is ours', () => {
      const after = given(requested({ provider: generatedProvider }))
        .when(lookWithCode(), at(3))
        .thenRecords([
          fact('PointsReserved', { points: 30n, reserveExpiresAt: at(903), callsUntil: at(903) }),
          issuedFact('CODE-0001', 'generated'),
          committedFact,
        ]);
      expect(after.state.wallet).toMatchObject({ available: 70n, reserved: 0n, burned: 30n });
      expect(after.redemption()).toMatchObject({ status: 'committed', firstOutcome: 'granted' });
    });

    describe('from a pool of codes', () => {
      const pooled = requested({ provider: poolProvider });

      it('settles in one append with a code in hand', () => {
        given(pooled)
          .when(lookWithCode(), at(3))
          .thenRecords([
            fact('PointsReserved', { points: 30n, reserveExpiresAt: at(903), callsUntil: at(903) }),
            issuedFact('CODE-0001', 'codes'),
            committedFact,
          ]);
      });

      it('takes no point while no code is in hand', () => {
        given(pooled).when(look).thenNothing();
      });

      it('fails where the pool has run dry', () => {
        given(pooled)
          .when({ ...look, voucher: 'none_left' })
          .thenRecords([fact('RedemptionFailed', { reason: 'out_of_stock' })]);
      });

      it('fails for want of points before it fails for want of codes', () => {
        given(requested({ provider: poolProvider, balance: 29n }))
          .when({ ...look, voucher: 'none_left' })
          .thenRecords([fact('RedemptionFailed', { reason: 'insufficient_points' })]);
      });
    });

    it('settles in one append with a code of the caller, and asks no provider', () => {
      given(requested({ callersCode: 'MINE' }))
        .when(lookAndCall, at(3))
        .thenRecords([
          fact('PointsReserved', { points: 30n, reserveExpiresAt: at(903), callsUntil: at(903) }),
          committedFact,
        ]);
    });
  });

  describe('when it is reserved', () => {
    it('issues our own code only when one was brought along', () => {
      const plot = { provider: generatedProvider };
      given(reserved(plot)).when(look).thenNothing();
      given(reserved(plot))
        .when(lookWithCode())
        .thenRecords([issuedFact('CODE-0001', 'generated'), committedFact]);
    });

    it('tells the worker to bring a code only for a provider that is ours, and only until there is one', () => {
      const plot = { provider: generatedProvider };
      expect(needsLocalCode(requested(plot).redemption())).toBe(true);
      expect(needsLocalCode(reserved(plot).redemption())).toBe(true);
      expect(needsLocalCode(reserved(plot).after(lookWithCode()).redemption())).toBe(false);
      expect(needsLocalCode(requested().redemption())).toBe(false);
      expect(needsLocalCode(requested({ callersCode: 'MINE' }).redemption())).toBe(false);
    });

    it('sends no call beyond the time calls are allowed', () => {
      const held = reserved({ holdSeconds: 60n });
      const callsUntil = held.redemption().callsUntil as Instant;
      const latest = addSeconds(callsUntil, -2n);
      given(held)
        .when(lookAndCall, latest)
        .thenRecords([fact('VoucherCallStarted', { attempt: 1, callDeadline: callsUntil })]);
      const late = given(held).when(lookAndCall, callsUntil);
      late.thenRecords([
        fact('ReleaseStarted', { reason: 'expired' }),
        fact('RedemptionReleased', { points: 30n, reason: 'expired' }),
      ]);
    });

    it('commits with its voucher where deduction is immediate, even after the hold ran out', () => {
      const inFlight = calling({ holdSeconds: 4n });
      given(inFlight).when(callAnswer(issued()), at(9_000)).thenRecords([issuedFact(), committedFact]);
    });

    it('waits with its voucher where deduction is on order', () => {
      const waiting = given(calling({ deduction: 'order' }))
        .when(callAnswer(issued()))
        .thenRecords([issuedFact()]);
      expect(waiting.redemption()).toMatchObject({ status: 'reserved', firstOutcome: 'granted' });
      expect(isSettled(waiting.redemption())).toBe(true);
      const ends = waiting.redemption().reserveExpiresAt as Instant;
      given(waiting)
        .when(look, (ends - 1) as Instant)
        .thenNothing();
      given(waiting)
        .when(look, ends)
        .thenRecords([fact('ReleaseStarted', { reason: 'expired' })]);
    });

    it('gives the points of a caller’s code back at once when the hold runs out', () => {
      const held = heldForOrder({ callersCode: 'MINE' });
      const after = given(held)
        .when(look, held.redemption().reserveExpiresAt)
        .thenRecords([
          fact('ReleaseStarted', { reason: 'expired' }),
          fact('RedemptionReleased', { points: 30n, reason: 'expired' }),
        ]);
      expect(after.redemption()).toMatchObject({ status: 'expired', voucher: { state: 'issued', callers: true } });
      expect(isFinished(after.redemption())).toBe(true);
    });

    it('voids our own code by an event when the hold runs out', () => {
      const held = requested({ provider: generatedProvider, deduction: 'order' }).after(lookWithCode());
      given(held)
        .when(look, held.redemption().reserveExpiresAt)
        .thenRecords([
          fact('ReleaseStarted', { reason: 'expired' }),
          fact('VoucherVoided', {}),
          fact('RedemptionReleased', { points: 30n, reason: 'expired' }),
        ]);
    });

    it('starts another attempt with the next number once the last has an end', () => {
      const notSent = calling().after(callAnswer({ kind: 'not_sent' }));
      given(notSent)
        .when(lookAndCall, at(50))
        .thenRecords([fact('VoucherCallStarted', { attempt: 2, callDeadline: at(55) })]);
    });

    it('starts no second attempt while the first is in flight, but does once its deadline has passed', () => {
      const inFlight = calling({ provider: httpProvider({ canLookup: false }) });
      const deadline = inFlight.redemption().calls.deadline as Instant;
      given(inFlight)
        .when(lookAndCall, (deadline - 1) as Instant)
        .thenNothing();
      const second = given(inFlight)
        .when(lookAndCall, deadline)
        .thenRecords([fact('VoucherCallStarted', { attempt: 2, callDeadline: addSeconds(deadline, 5n) })]);
      expect(second.redemption().calls).toMatchObject({ attempts: 2, everUnknown: true, everSent: true });
    });

    it('calls again after doubt only when the provider was asked by key and knew nothing', () => {
      given(inDoubt()).when(lookAndCall).thenNothing();
      given(inDoubt())
        .when(lookAndCallAgain, at(50))
        .thenRecords([fact('VoucherCallStarted', { attempt: 2, callDeadline: at(55) })]);
    });

    it('never calls a provider twice that is not idempotent', () => {
      const doubtful = inDoubt({ provider: httpProvider({ idempotent: false }) });
      expect(doubtful.redemption().flags).toStrictEqual(['voucher_unknown']);
      given(doubtful).when(lookAndCallAgain).thenNothing();
      const silent = inDoubt({ provider: httpProvider({ idempotent: false, canLookup: false }) });
      given(silent).when(lookAndCallAgain).thenNothing();
    });

    it('calls a provider that is not idempotent again where nothing was sent', () => {
      const notSent = calling({ provider: httpProvider({ idempotent: false }) }).after(
        callAnswer({ kind: 'not_sent' }),
      );
      given(notSent)
        .when(lookAndCall, at(50))
        .thenRecords([fact('VoucherCallStarted', { attempt: 2, callDeadline: at(55) })]);
    });

    it('releases through ReleaseStarted when calls are over and something may be out there', () => {
      const doubtful = inDoubt();
      const over = doubtful.redemption().callsUntil as Instant;
      given(doubtful)
        .when(lookAndCallAgain, over)
        .thenRecords([fact('ReleaseStarted', { reason: 'expired' })]);
    });

    it('flags, and keeps the points, when calls are over and the provider cannot cancel', () => {
      const doubtful = inDoubt({ provider: httpProvider({ canCancel: false }) });
      const over = doubtful.redemption().callsUntil as Instant;
      const after = given(doubtful)
        .when(lookAndCallAgain, over)
        .thenRecords([fact('RedemptionFlagged', { reason: 'provider_cannot_void' })]);
      expect(after.state.wallet.reserved).toBe(30n);
    });
  });

  it('tells the provider to end the voucher a tenth of the hold before the hold ends, at most an hour', () => {
    expect(voucherExpiresAt(requested().redemption())).toBeUndefined();
    const short = reserved();
    expect(voucherExpiresAt(short.redemption())).toBe(laterThan(short, 900 - 90));
    const long = reserved({ deduction: 'order' });
    expect(voucherExpiresAt(long.redemption())).toBe(laterThan(long, 604_800 - 3_600));
  });

  it('is finished when it is final and no voucher is left over', () => {
    expect(isFinished(committed().redemption())).toBe(true);
    expect(isFinished(reversing().redemption())).toBe(false);
    expect(isSettled(reversing().redemption())).toBe(false);
    expect(isFinished(heldForOrder().redemption())).toBe(false);
    expect(isSettled(calling().redemption())).toBe(false);
  });

  it('remembers how it first settled, whatever comes later', () => {
    const granted = heldForOrder();
    expect(granted.after(release).redemption().firstOutcome).toBe('granted');
    expect(granted.after(release).after(cancelAnswer('void')).redemption().firstOutcome).toBe('granted');
    expect(committed().redemption().firstOutcome).toBe('granted');
    expect(reversing().redemption().firstOutcome).toBe('granted');
  });

  it('knows the command that started the newest call', () => {
    const history = calling();
    expect(history.redemption().calls.startedBy).toBe(history.events.at(-1)?.causationId);
  });

  it('goes by the stream’s time when the clock steps back', () => {
    const history = walletWith(100n).after(request(), at(500));
    const after = given(history)
      .when(lookAndCall, at(100))
      .thenRecords([
        fact('PointsReserved', { points: 30n, reserveExpiresAt: at(1_400), callsUntil: at(1_400) }),
        fact('VoucherCallStarted', { attempt: 1, callDeadline: at(505) }),
      ]);
    expect(after.events.at(-1)?.occurredAt).toBe(at(500));
  });

  it('keeps its code apart from its name: the voucher on record is the one that was issued', () => {
    const { voucher: onRecord } = committed().redemption();
    expect(onRecord).toMatchObject({ state: 'issued', provider: 'shop', code: voucher().code, callers: false });
    expect(requested().redemption().id).toBe(REDEMPTION);
  });
});
