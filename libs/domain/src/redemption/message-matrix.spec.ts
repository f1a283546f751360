import { describe, expect, it } from '@jest/globals';

import {
  callAnswer,
  calling,
  cancelAnswer,
  commit,
  committed,
  expired,
  expiring,
  fact,
  failed,
  generatedProvider,
  given,
  heldForOrder,
  httpProvider,
  inDoubt,
  look,
  lookWithCode,
  order,
  RECOVERY,
  release,
  released,
  releasing,
  request,
  requested,
  reserved,
  reverse,
  reversed,
  reversing,
  usedByOrder,
  type Again,
  type WalletHistory,
} from '../../../../test/support/domain/index.js';
import type { Command } from '../command.js';
import type { DomainErrorCode } from '../domain-error.js';
import type { DomainEvent } from '../event/ledger-event.js';
import { messageMatrix, situationOf, type Message, type Situation } from './message-matrix.js';

/** One thing a message may find in a cell: a history made by commands, and exactly what comes of the message. */
interface Finding {
  readonly of: string;
  readonly history: WalletHistory;
  readonly message: Command;
  readonly gives: DomainErrorCode | 'already so' | readonly DomainEvent[];
  readonly again?: Again;
}

const full = { points: 30n, held: 30n } as const;
const committedAs = (basis: 'order' | 'explicit', orderId?: string) =>
  fact('RedemptionCommitted', { ...full, basis, orderId });
const usedBy = (orderId: string) => fact('VoucherUsed', { orderId });
const releaseStarted = fact('ReleaseStarted', { reason: 'cancelled' });
const releasedFact = fact('RedemptionReleased', { points: 30n, reason: 'cancelled' });
const reversedFact = (points: bigint) => fact('RedemptionReversed', { points });

/** What a late order adds: the order stands, and a new redemption takes the points in the same append. */
function recovery(history: WalletHistory, orderId: string, redemptionId: string = RECOVERY): readonly DomainEvent[] {
  const { type: _type, requestTtlSeconds: _ttl, ...facts } = request();
  const { deduction: _deduction, provider: _provider, ...kept } = facts;
  const { holdSeconds } = history.redemption();
  const now = history.soon;
  return [
    usedBy(orderId),
    fact('RedemptionRequested', {
      ...kept,
      redemptionId,
      holdSeconds,
      deduction: 'order',
      provider: undefined,
      callerVoucher: undefined,
      requestExpiresAt: now,
      recoversRedemptionId: history.redemption().id,
      terms: undefined,
    }),
    fact('PointsReserved', { redemptionId, points: 30n, reserveExpiresAt: now, callsUntil: now }),
    fact('RedemptionCommitted', { redemptionId, ...full, basis: 'order', orderId }),
  ];
}

const cannotCancel = { provider: httpProvider({ canCancel: false }) };
const mine = { callersCode: 'MINE' };
const declined = () => calling().after(callAnswer({ kind: 'declined', reason: 'sold out' }));
const requestExpired = () => {
  const waiting = requested();
  return waiting.after(look, waiting.redemption().requestExpiresAt);
};
const explicitlyCommitted = () => heldForOrder().after(commit());
const refunded = () => usedByOrder().after(reverse());
const lateButPaid = () => released().after(order('order-1'));
const another = '0198f3a0-0000-7000-8000-00000000cafe';

const commitFindings: Record<Situation, readonly Finding[]> = {
  requested: [{ of: 'any', history: requested(), message: commit(), gives: 'NOT_READY' }],
  reserved_without_voucher: [
    { of: 'nothing sent', history: reserved(), message: commit(), gives: 'VOUCHER_NOT_ISSUED' },
    { of: 'a call in flight', history: calling(), message: commit(), gives: 'VOUCHER_NOT_ISSUED' },
    { of: 'in doubt', history: inDoubt(), message: commit(), gives: 'VOUCHER_NOT_ISSUED' },
  ],
  reserved_with_voucher: [
    { of: 'all of it', history: heldForOrder(), message: commit(), gives: [committedAs('explicit')] },
    { of: 'the caller’s own', history: heldForOrder(mine), message: commit(), gives: [committedAs('explicit')] },
    {
      of: 'with a key of its own',
      history: heldForOrder(),
      message: commit({ keyed: true }),
      gives: [committedAs('explicit')],
      again: 'ALREADY_COMMITTED',
    },
  ],
  releasing: [
    { of: 'expired', history: expiring(), message: commit(), gives: 'HOLD_EXPIRED' },
    { of: 'cancelled', history: releasing(), message: commit(), gives: 'ALREADY_RELEASED' },
  ],
  committed: [
    { of: 'no key, no points', history: explicitlyCommitted(), message: commit(), gives: 'already so' },
    { of: 'no key, equal points', history: committed(), message: commit({ points: 30n }), gives: 'already so' },
    { of: 'other points', history: committed(), message: commit({ points: 29n }), gives: 'ALREADY_COMMITTED' },
    { of: 'another key', history: committed(), message: commit({ keyed: true }), gives: 'ALREADY_COMMITTED' },
  ],
  reversing: [{ of: 'any', history: reversing(), message: commit(), gives: 'ALREADY_COMMITTED' }],
  given_back: [
    { of: 'expired', history: expired(), message: commit(), gives: 'HOLD_EXPIRED' },
    { of: 'released', history: released(), message: commit(), gives: 'ALREADY_RELEASED' },
    { of: 'declined', history: declined(), message: commit(), gives: 'ALREADY_RELEASED' },
    { of: 'failed', history: failed(), message: commit(), gives: 'ALREADY_RELEASED' },
  ],
  reversed: [{ of: 'any', history: reversed(), message: commit(), gives: 'ALREADY_RELEASED' }],
};

const orderFindings: Record<Situation, readonly Finding[]> = {
  requested: [{ of: 'any', history: requested(), message: order(), gives: 'NOT_READY' }],
  reserved_without_voucher: [
    { of: 'nothing sent', history: reserved(), message: order(), gives: 'VOUCHER_NOT_ISSUED' },
    { of: 'in doubt', history: inDoubt(), message: order(), gives: 'VOUCHER_NOT_ISSUED' },
  ],
  reserved_with_voucher: [
    { of: 'issued', history: heldForOrder(), message: order(), gives: [committedAs('order', 'order-1')] },
    { of: 'the caller’s own', history: heldForOrder(mine), message: order(), gives: [committedAs('order', 'order-1')] },
  ],
  releasing: [
    { of: 'cancelled', history: releasing(), message: order(), gives: [committedAs('order', 'order-1')] },
    { of: 'expired', history: expiring(), message: order(), gives: [committedAs('order', 'order-1')] },
  ],
  committed: [
    { of: 'no order yet', history: committed(), message: order(), gives: [usedBy('order-1')] },
    {
      of: 'used on the provider’s word, no order yet',
      history: releasing().after(cancelAnswer('used')),
      message: order(),
      gives: [usedBy('order-1')],
    },
    { of: 'the same order', history: usedByOrder(), message: order('order-1'), gives: 'already so' },
    {
      of: 'the order of its commit',
      history: heldForOrder().after(commit({ orderId: 'order-1' })),
      message: order(),
      gives: 'already so',
    },
    { of: 'another order', history: usedByOrder(), message: order('order-2'), gives: 'CODE_ALREADY_USED' },
  ],
  reversing: [{ of: 'any', history: reversing(), message: order(), gives: [usedBy('order-1')] }],
  given_back: [
    { of: 'released', history: released(), message: order(), gives: recovery(released(), 'order-1') },
    { of: 'expired', history: expired(), message: order(), gives: recovery(expired(), 'order-1') },
    { of: 'the same late order', history: lateButPaid(), message: order('order-1', another), gives: 'already so' },
    {
      of: 'another late order',
      history: lateButPaid(),
      message: order('order-2', another),
      gives: recovery(lateButPaid(), 'order-2', another),
    },
    {
      of: 'the balance is short',
      history: failed(),
      message: order(),
      gives: [usedBy('order-1'), fact('RedemptionFlagged', { reason: 'late_order_unpaid' })],
    },
  ],
  reversed: [
    { of: 'no order yet', history: reversed(), message: order(), gives: recovery(reversed(), 'order-1') },
    { of: 'the same order', history: refunded(), message: order('order-1'), gives: 'already so' },
    { of: 'another order', history: refunded(), message: order('order-2'), gives: recovery(refunded(), 'order-2') },
  ],
};

const releaseFindings: Record<Situation, readonly Finding[]> = {
  requested: [
    { of: 'any', history: requested(), message: release, gives: [fact('RedemptionFailed', { reason: 'cancelled' })] },
  ],
  reserved_without_voucher: [
    { of: 'nothing ever sent', history: reserved(), message: release, gives: [releasedFact] },
    {
      of: 'nothing ever sent, and the provider cannot cancel',
      history: calling(cannotCancel).after(callAnswer({ kind: 'not_sent' })),
      message: release,
      gives: [releasedFact],
    },
    { of: 'a call in flight', history: calling(), message: release, gives: [releaseStarted] },
    { of: 'in doubt', history: inDoubt(), message: release, gives: [releaseStarted] },
    { of: 'cannot cancel', history: inDoubt(cannotCancel), message: release, gives: 'PROVIDER_CANNOT_VOID' },
  ],
  reserved_with_voucher: [
    { of: 'issued', history: heldForOrder(), message: release, gives: [releaseStarted] },
    { of: 'the caller’s own', history: heldForOrder(mine), message: release, gives: [releasedFact] },
  ],
  releasing: [
    { of: 'cancelled', history: releasing(), message: release, gives: 'already so' },
    { of: 'expired', history: expiring(), message: release, gives: 'already so' },
  ],
  committed: [{ of: 'any', history: committed(), message: release, gives: 'ALREADY_COMMITTED' }],
  reversing: [{ of: 'any', history: reversing(), message: release, gives: 'ALREADY_COMMITTED' }],
  given_back: [
    { of: 'released', history: released(), message: release, gives: 'already so' },
    { of: 'expired', history: expired(), message: release, gives: 'already so' },
    { of: 'failed', history: failed(), message: release, gives: 'already so' },
    { of: 'request expired', history: requestExpired(), message: release, gives: 'already so' },
  ],
  reversed: [{ of: 'any', history: reversed(), message: release, gives: 'already so' }],
};

const reverseFindings: Record<Situation, readonly Finding[]> = {
  requested: [{ of: 'any', history: requested(), message: reverse(), gives: 'NOT_COMMITTED' }],
  reserved_without_voucher: [{ of: 'any', history: inDoubt(), message: reverse(), gives: 'NOT_COMMITTED' }],
  reserved_with_voucher: [{ of: 'any', history: heldForOrder(), message: reverse(), gives: 'NOT_COMMITTED' }],
  releasing: [{ of: 'any', history: releasing(), message: reverse(), gives: 'NOT_COMMITTED' }],
  committed: [
    { of: 'used by an order: all', history: usedByOrder(), message: reverse(), gives: [reversedFact(30n)] },
    {
      of: 'used by an order: a part',
      history: usedByOrder(),
      message: reverse(10n),
      gives: [reversedFact(10n)],
      again: 'counts twice',
    },
    {
      of: 'used by an order, where the provider cannot cancel',
      history: committed(cannotCancel).after(order()),
      message: reverse(),
      gives: [reversedFact(30n)],
    },
    { of: 'unused: all', history: committed(), message: reverse(), gives: [fact('ReversalStarted', { points: 30n })] },
    {
      of: 'unused, a code of ours',
      history: requested({ provider: generatedProvider }).after(lookWithCode()),
      message: reverse(),
      gives: [fact('ReversalStarted', { points: 30n })],
    },
    { of: 'unused: a part', history: committed(), message: reverse(10n), gives: 'VOUCHER_NOT_USED' },
    {
      of: 'unused, cannot cancel',
      history: committed(cannotCancel),
      message: reverse(),
      gives: 'PROVIDER_CANNOT_VOID',
    },
    { of: 'the caller’s own: all', history: committed(mine), message: reverse(), gives: [reversedFact(30n)] },
    {
      of: 'the caller’s own, unused: a part',
      history: committed(mine),
      message: reverse(10n),
      gives: 'VOUCHER_NOT_USED',
    },
  ],
  reversing: [{ of: 'any', history: reversing(), message: reverse(), gives: 'already so' }],
  given_back: [
    { of: 'released', history: released(), message: reverse(), gives: 'already so' },
    { of: 'failed', history: failed(), message: reverse(), gives: 'already so' },
  ],
  reversed: [
    { of: 'voided', history: reversed(), message: reverse(), gives: 'already so' },
    { of: 'refunded', history: refunded(), message: reverse(), gives: 'already so' },
  ],
};

const findings: Record<Message, Record<Situation, readonly Finding[]>> = {
  commit: commitFindings,
  order: orderFindings,
  release: releaseFindings,
  reverse: reverseFindings,
};

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

describe('What a message finds', () => {
  it('is written down for four messages in eight situations, and for no other', () => {
    expect(keysOf(messageMatrix)).toStrictEqual(['commit', 'order', 'release', 'reverse']);
    for (const message of keysOf(messageMatrix)) {
      expect(keysOf(messageMatrix[message])).toHaveLength(8);
      expect(keysOf(findings[message]).sort()).toStrictEqual(keysOf(messageMatrix[message]).sort());
    }
  });

  describe.each(keysOf(messageMatrix))('%s', (message) => {
    describe.each(keysOf(messageMatrix[message]))('when %s', (situation) => {
      const cell = findings[message][situation];

      it('is tried at least once', () => {
        expect(cell.length).toBeGreaterThan(0);
      });

      it.each(cell.map((finding) => [finding.of, finding] as const))('%s', (_, finding) => {
        expect(situationOf(finding.history.redemption())).toBe(situation);
        const outcome = given(finding.history).when(finding.message);
        if (finding.gives === 'already so') outcome.thenNothing();
        else if (typeof finding.gives === 'string') outcome.thenRefuses(finding.gives);
        else outcome.thenRecords(finding.gives, finding.again);
      });
    });
  });

  it('is decided by the table alone: a refusal there is the refusal that comes', () => {
    for (const message of keysOf(messageMatrix)) {
      for (const situation of keysOf(messageMatrix[message])) {
        const reaction = messageMatrix[message][situation];
        const outcomes = findings[message][situation].map(({ gives }) => gives);
        if (reaction === 'already_so') expect(outcomes).toStrictEqual(outcomes.map(() => 'already so'));
        if (/^[A-Z]/.test(reaction)) expect(outcomes).toStrictEqual(outcomes.map(() => reaction));
      }
    }
  });

  it('has a situation for every status: a voucher makes the difference only while points are held', () => {
    const seen = Object.values(findings).flatMap((row) => Object.values(row).flat());
    const statuses = new Set(seen.map(({ history }) => history.redemption().status));
    expect([...statuses].sort()).toStrictEqual([
      'committed',
      'expired',
      'failed',
      'released',
      'releasing',
      'requested',
      'reserved',
      'reversed',
      'reversing',
    ]);
    expect(situationOf(heldForOrder().redemption())).not.toBe(situationOf(reserved().redemption()));
  });
});
