import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  anyStory,
  commandsOf,
  deepFreeze,
  laterBy,
  sagaCommands,
  voucher,
  walletWith,
  type Happening,
  type WalletHistory,
} from '../../../test/support/domain/index.js';
import { countersAtStake, foldCounters } from './catalogue/option-counters.js';
import { redemptionOf, type Command } from './command.js';
import { domainErrorCodes } from './domain-error.js';
import { decodeEvent, encodeEvent } from './event/canonical-event.js';
import { eventTypes, flagReasons } from './event/event-schemas.js';
import { redemptionIdOf, type DomainEvent, type LedgerEvent } from './event/ledger-event.js';
import { foldStream } from './fold-stream.js';
import { addSeconds, type Instant } from './instant.js';
import { entryMovementOf } from './ledger-entry.js';
import { isPoints } from './points.js';
import { evolveRedemption } from './redemption/evolve-redemption.js';
import { decodeRedemption, encodeRedemption } from './redemption/redemption-record.js';
import { nextStep } from './redemption/next-step.js';
import { redemptionStatuses, voucherStates, type Redemption } from './redemption/redemption.js';
import { emptyWallet, evolveWallet, isConserved, lifetimeEarned } from './wallet/wallet.js';

/** What one run of a story left behind. */
interface Told {
  readonly history: WalletHistory;
  readonly now: Instant;
  /** Answers of a provider that had an effect when they came. */
  readonly heard: readonly Command[];
  readonly refusals: ReadonlySet<string>;
}

/** Tells a story, command by command; `onRecorded` sees each command that wrote something. */
function tell(
  story: readonly Happening[],
  onRecorded?: (command: Command, after: WalletHistory, now: Instant) => void,
): Told {
  let history = walletWith(100n);
  let now = history.now;
  const heard: Command[] = [];
  const refusals = new Set<string>();
  for (const happening of story) {
    now = laterBy(now, happening.afterMillis);
    for (const command of commandsOf(happening, history, now)) {
      const decision = history.decide(command, now);
      if ('refused' in decision) refusals.add(decision.refused);
      else if (decision.events.length > 0) {
        history = history.record(decision.events, now);
        if (/^Record/.test(command.type)) heard.push(command);
        onRecorded?.(command, history, now);
      }
    }
  }
  return { history, now, heard, refusals };
}

function law(check: (told: Told) => void, numRuns = 60): void {
  fc.assert(
    fc.property(anyStory, (story) => check(tell(story))),
    { numRuns },
  );
}

function byRedemption(events: readonly LedgerEvent[]): Map<string, LedgerEvent[]> {
  const stories = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    const id = redemptionIdOf(event);
    if (id !== undefined) stories.set(id, [...(stories.get(id) ?? []), event]);
  }
  return stories;
}

function ofType<T extends DomainEvent['type']>(events: readonly LedgerEvent[], type: T): LedgerEvent<T>[] {
  return events.filter((event) => event.type === type) as unknown as LedgerEvent<T>[];
}

const total = (amounts: readonly bigint[]) => amounts.reduce((sum, points) => sum + points, 0n);
const pointsOf = (events: readonly { readonly data: { readonly points: bigint } }[]) =>
  total(events.map(({ data }) => data.points));

describe('In every story of a wallet', () => {
  it('points are conserved, none is negative and all fit 64 bits, at every version', () => {
    law(({ history }) => {
      let wallet = emptyWallet;
      let available = 0n;
      for (const event of history.events) {
        wallet = evolveWallet(wallet, event, event);
        available += entryMovementOf(event)?.pointsDelta ?? 0n;
        expect(isConserved(wallet)).toBe(true);
        expect(Object.values(wallet).every((value) => typeof value !== 'bigint' || isPoints(value))).toBe(true);
        expect(isPoints(lifetimeEarned(wallet))).toBe(true);
        expect(event.balances).toStrictEqual({ available, reserved: wallet.reserved, burned: wallet.burned });
      }
    });
  });

  it('versions have no gap and time never runs backwards', () => {
    law(({ history }) => {
      history.events.forEach((event, i) => {
        expect(event.version).toBe(BigInt(i + 1));
        expect(event.occurredAt).toBeGreaterThanOrEqual(history.events[i - 1]?.occurredAt ?? 0);
      });
    });
  });

  it('a hold is resolved at most once, by as much as was held', () => {
    law(({ history }) => {
      for (const [id, events] of byRedemption(history.events)) {
        const holds = ofType(events, 'PointsReserved');
        const commits = ofType(events, 'RedemptionCommitted');
        const releases = ofType(events, 'RedemptionReleased');
        const held = pointsOf(holds);
        expect(holds.length).toBeLessThanOrEqual(1);
        expect(commits.length + releases.length).toBeLessThanOrEqual(holds.length);
        for (const { data } of commits) {
          expect(data.held).toBe(held);
          expect(data.points > 0n && data.points <= held).toBe(true);
        }
        for (const { data } of releases) expect(data.points).toBe(held);
        const open = commits.length + releases.length < holds.length;
        const { status } = history.redemption(id);
        expect(open).toBe(status === 'reserved' || status === 'releasing');
        expect(pointsOf(ofType(events, 'RedemptionReversed')) <= pointsOf(commits)).toBe(true);
      }
    });
  });

  it('what is reserved is what open holds hold, and what is burned is what stays committed', () => {
    law(({ history }) => {
      const redemptions = [...history.state.redemptions.values()];
      const open = redemptions.filter(({ status }) => status === 'reserved' || status === 'releasing');
      expect(history.state.wallet.reserved).toBe(total(open.map(({ held }) => held)));
      expect(history.state.wallet.burned).toBe(total(redemptions.map((r) => r.committed - r.reversed)));
    });
  });

  it('the same command again adds nothing', () => {
    const countsTwice = (command: Command) =>
      command.type === 'EarnPoints' ||
      command.type === 'AdjustPoints' ||
      (command.type === 'ReverseRedemption' && command.points !== undefined);
    fc.assert(
      fc.property(anyStory, (story) => {
        tell(story, (command, after, now) => {
          const again = after.decide(command, now);
          if (!countsTwice(command) && !('refused' in again))
            expect([command, again.events]).toStrictEqual([command, []]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('no answer of a provider that comes again, however late, moves a point', () => {
    law(({ history, now, heard }) => {
      for (const answer of heard) {
        const again = history.decide(answer, now);
        const events = 'refused' in again ? [] : again.events;
        expect(events.filter((event) => entryMovementOf(event) !== undefined)).toStrictEqual([]);
        if (answer.type === 'RecordCallAnswer') expect(events).toStrictEqual([]);
      }
    });
  });

  it('a voucher is recorded once, and a second one is never without its flag', () => {
    law(({ history }) => {
      for (const [id, events] of byRedemption(history.events)) {
        const vouchers = ofType(events, 'VoucherIssued').map(({ data }) => `${data.code.digest} ${data.externalId}`);
        expect(new Set(vouchers).size).toBe(vouchers.length);
        const second = vouchers.length > (history.redemption(id).voucher.callers ? 0 : 1);
        const flagged = ofType(events, 'RedemptionFlagged').some(({ data }) => data.reason === 'second_voucher');
        expect(flagged).toBe(second);
      }
    });
  });

  it('an order counts once for a code, and each late one is paid or flagged', () => {
    law(({ history }) => {
      for (const [id, events] of byRedemption(history.events)) {
        const noted = [...ofType(events, 'VoucherUsed'), ...ofType(events, 'RedemptionCommitted')].flatMap(
          ({ data }) => data.orderId ?? [],
        );
        expect(new Set(noted).size).toBe(noted.length);
        expect(history.redemption(id).voucher.orderIds.toSorted()).toStrictEqual(noted.sort());
      }
      for (const r of history.state.redemptions.values()) {
        if (r.recoversRedemptionId === undefined) continue;
        expect(history.redemption(r.recoversRedemptionId).voucher.orderIds).toContain(r.voucher.orderIds[0]);
        expect(r.commitBasis).toBe('order');
      }
    });
  });

  it('calls go one after the other, never beyond their time, never again to a provider that may not be called twice', () => {
    law(({ history }) => {
      for (const [id, events] of byRedemption(history.events)) checkCalls(history.redemption(id), events);
    });
  });

  it('points that may be out as a voucher go back only after a release or reversal is on record, or on the world’s word', () => {
    law(({ history }) => {
      for (const [id, events] of byRedemption(history.events)) {
        const [released] = ofType(events, 'RedemptionReleased');
        const { voucher: held } = history.redemption(id);
        if (released === undefined || held.callers) continue;
        const before = events.slice(0, events.indexOf(released));
        const sent = before.some(({ type }) => type === 'VoucherCallStarted' || type === 'VoucherIssued');
        if (!sent) continue;
        const word = ['VoucherDeclined', 'VoucherVoided', 'FlagResolved', 'VoucherCallEnded'];
        expect(before.some(({ type }) => word.includes(type))).toBe(true);
        const notSentOnly = before.every((e) => e.type !== 'VoucherCallEnded' || e.data.outcome === 'not_sent');
        const told = before.some(({ type }) => word.slice(0, 3).includes(type));
        expect(told || notSentOnly).toBe(true);
      }
    });
  });

  it('the projection, folded event by event, is the fold of the whole stream', () => {
    law(({ history }) => {
      const projected = new Map<string, string>();
      for (const event of history.events) {
        const id = redemptionIdOf(event);
        if (id === undefined) continue;
        const before = projected.get(id);
        const state = before === undefined ? undefined : deepFreeze(decodeRedemption(before));
        projected.set(id, encodeRedemption(evolveRedemption(state, event, event)));
      }
      const folded = foldStream(history.events).redemptions;
      expect([...projected.keys()]).toStrictEqual([...folded.keys()]);
      for (const [id, state] of folded) {
        expect(projected.get(id)).toBe(encodeRedemption(state));
        expect(decodeRedemption(encodeRedemption(state))).toStrictEqual(state);
      }
    }, 30);
  });

  it('no more than a limit allows is ever reserved, but for late orders, and only locked counters change', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let before = walletWith(100n);
        tell(story, (command, after) => {
          const counted = foldCounters(after.state.redemptions.values());
          const earlier = foldCounters(before.state.redemptions.values());
          const names = new Set([...counted.keys(), ...earlier.keys()]);
          const changed = [...names].filter((name) => counted.get(name) !== earlier.get(name));
          const found = before.state.redemptions.get(redemptionOf(command) ?? '');
          const atStake = found === undefined ? [] : countersAtStake(command, found);
          expect(atStake).toEqual(expect.arrayContaining(changed));
          for (const reserved of after.events.slice(before.events.length)) {
            if (reserved.type !== 'PointsReserved') continue;
            const { terms, recoversRedemptionId } = after.redemption(reserved.data.redemptionId);
            if (recoversRedemptionId !== undefined) continue;
            for (const { counter, max } of terms?.limits ?? []) expect((counted.get(counter) ?? 0n) <= max).toBe(true);
          }
          before = after;
        });
      }),
    );
  });

  it('every event is read as it was written', () => {
    law(({ history }) => {
      for (const { event, bytes } of history.recorded) {
        expect(encodeEvent(event)).toBe(bytes);
        expect(decodeEvent(bytes)).toStrictEqual(event);
      }
    }, 30);
  });

  it('the saga ends: with a provider that answers at last, every redemption is done or flagged in a few steps', () => {
    fc.assert(
      fc.property(anyStory, fc.nat({ max: 3 }), (story, silences) => {
        const { history, now } = tell(story);
        for (const id of history.state.redemptions.keys()) {
          const end = settle(history, id, now, silences);
          expect(end.step === 'none' || end.flagged).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function checkCalls(r: Redemption, events: readonly LedgerEvent[]): void {
  let attempt = 0;
  let deadline: Instant | undefined;
  let maybeSeen = false;
  for (const event of events) {
    if (event.type === 'VoucherCallStarted') {
      expect(event.data.attempt).toBe(++attempt);
      expect(event.data.callDeadline).toBeLessThanOrEqual(r.callsUntil as Instant);
      if (deadline !== undefined) {
        expect(event.occurredAt).toBeGreaterThanOrEqual(deadline);
        maybeSeen = true;
      }
      if (maybeSeen) expect(r.provider?.idempotent).toBe(true);
      deadline = event.data.callDeadline;
    }
    if (event.type === 'VoucherCallEnded') {
      if (event.data.outcome === 'unknown') maybeSeen = true;
      deadline = undefined;
    }
    // A "no" is believed only of a provider that cannot have said yes before.
    if (event.type === 'VoucherDeclined') expect(maybeSeen).toBe(false);
    if (event.type === 'VoucherIssued' || event.type === 'VoucherDeclined') deadline = undefined;
  }
}

/** Works on one redemption until nothing is owed; the provider is silent a few times and then answers. */
function settle(start: WalletHistory, id: string, from: Instant, silences: number): { step: string; flagged: boolean } {
  let history = start;
  let now = from;
  let silent = silences;
  for (let taken = 0; taken < 16 + 2 * silences; taken++) {
    const step = nextStep(history.redemption(id), now);
    if (step.kind === 'none') return { step: 'none', flagged: history.redemption(id).flags.length > 0 };
    if (step.kind === 'wait') now = step.until;
    const answers =
      silent-- > 0
        ? ({ call: { kind: 'unknown' }, find: { kind: 'unknown' }, cancel: { kind: 'unknown' } } as const)
        : ({
            call: { kind: 'issued', voucher: voucher('CODE-A') },
            find: { kind: 'issued', voucher: voucher('CODE-A') },
            cancel: { kind: 'void' },
          } as const);
    for (const command of sagaCommands(history, id, now, { ...answers, voucher: voucher('CODE-A') })) {
      const decision = history.decide(command, now);
      if ('events' in decision && decision.events.length > 0) history = history.record(decision.events, now);
    }
    now = addSeconds(now, 1n);
  }
  return { step: nextStep(history.redemption(id), now).kind, flagged: history.redemption(id).flags.length > 0 };
}

describe('The stories', () => {
  it('reach every event, status, voucher state, flag and refusal that the domain knows', () => {
    const seen = {
      events: new Set<string>(),
      statuses: new Set<string>(),
      vouchers: new Set<string>(),
      flags: new Set<string>(),
      refusals: new Set<string>(),
    };
    for (const story of fc.sample(anyStory, { numRuns: 500, seed: 20260301 })) {
      const told = tell(story, (_, after) => {
        for (const r of after.state.redemptions.values()) {
          seen.statuses.add(r.status);
          seen.vouchers.add(r.voucher.state);
          for (const reason of r.flags) seen.flags.add(reason);
        }
      });
      for (const { type } of told.history.events) seen.events.add(type);
      for (const code of told.refusals) seen.refusals.add(code);
    }
    const later = ['PointsExpired', 'EarnReversed'];
    expect([...seen.events].sort()).toStrictEqual(eventTypes.filter((type) => !later.includes(type)).sort());
    expect([...seen.statuses].sort()).toStrictEqual([...enumOf(redemptionStatuses)].sort());
    expect([...seen.vouchers].sort()).toStrictEqual([...enumOf(voucherStates)].sort());
    expect([...seen.flags].sort()).toStrictEqual([...enumOf(flagReasons)].sort());
    expect([...seen.refusals].sort()).toStrictEqual([...domainErrorCodes].sort());
  });
});

function enumOf(field: { readonly schema: unknown }): readonly string[] {
  return (field.schema as { readonly enum: readonly string[] }).enum;
}
