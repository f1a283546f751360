import fc from 'fast-check';

import {
  discountTypes,
  expirationPresets,
  instant,
  nextStep,
  POINTS_MAX,
  type BoundProvider,
  type CallAnswer,
  type CancelAnswer,
  type Command,
  type FindAnswer,
  type Instant,
  type LocalVoucher,
  type OptionTerms,
  type RequestRefusal,
} from '#domain';

import { generatedProvider, httpProvider, poolProvider, sealed, voucher } from './material.js';
import type { WalletHistory } from './wallet-history.js';

/** One random event of the world: who it is about (an index into the redemptions there are), what, and after how long. */
export interface Happening {
  readonly subject: number;
  readonly afterMillis: number;
  readonly what: What;
}

type What =
  | { readonly kind: 'wallet'; readonly command: Command }
  | {
      readonly kind: 'request';
      readonly cost: bigint;
      readonly onOrder: boolean;
      readonly source: BoundProvider | 'caller';
      readonly terms: OptionTerms | undefined;
      readonly refusal: RequestRefusal | undefined;
    }
  /** The worker does what the saga owes; the provider says what chance gives it. */
  | { readonly kind: 'saga'; readonly answers: Answers }
  /** Anything, wanted or not: an answer that comes late or twice, a message, a person's word. */
  | { readonly kind: 'commands'; readonly about: (redemptionId: string) => readonly Command[] };

interface Answers {
  /** Absent: the process that called was gone before it could tell. */
  readonly call: CallAnswer | undefined;
  readonly find: FindAnswer;
  readonly cancel: CancelAnswer;
  readonly voucher: LocalVoucher;
}

const NAMES = ['first', 'second', 'third'];

const providers: readonly (BoundProvider | 'caller')[] = [
  httpProvider(),
  httpProvider({ canCancel: false }),
  httpProvider({ idempotent: false }),
  httpProvider({ canLookup: false }),
  httpProvider({ idempotent: false, canLookup: false, canCancel: false }),
  generatedProvider,
  poolProvider,
  'caller',
];

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

const anyVoucher = fc
  .constantFrom(['CODE-A', undefined], ['CODE-A', 'ext-1'], ['CODE-A', 'ext-2'], ['CODE-B', undefined])
  .map(([code, externalId]) => voucher(code, externalId));
const localVoucher = fc.oneof(
  { weight: 6, arbitrary: anyVoucher },
  { weight: 1, arbitrary: fc.constantFrom<LocalVoucher>('none_left', undefined) },
);
const callAnswer: fc.Arbitrary<CallAnswer> = fc.oneof(
  anyVoucher.map((issued) => ({ kind: 'issued' as const, voucher: issued })),
  fc.constantFrom<CallAnswer>({ kind: 'declined', reason: 'sold out' }, { kind: 'unknown' }, { kind: 'not_sent' }),
);
const findAnswer: fc.Arbitrary<FindAnswer> = fc.oneof(
  fc
    .tuple(fc.constantFrom('issued' as const, 'used' as const), anyVoucher)
    .map(([kind, found]) => ({ kind, voucher: found })),
  fc.constantFrom<FindAnswer>({ kind: 'cancelled' }, { kind: 'not_found' }, { kind: 'unknown' }),
);
const cancelAnswer = fc.constantFrom<CancelAnswer>({ kind: 'void' }, { kind: 'used' }, { kind: 'unknown' });
const someAnswers = fc.record({
  call: fc.option(callAnswer, { nil: undefined, freq: 5 }),
  find: findAnswer,
  cancel: cancelAnswer,
  voucher: anyVoucher,
});

const counterLimit = fc.record(
  {
    counter: fc.constantFrom('stock:11', 'customer:11:w', 'day:11:w:2026-03-01'),
    max: fc.constantFrom(0n, 1n, 2n),
  },
  { noNullPrototype: true },
);
const anyTerms: fc.Arbitrary<OptionTerms> = fc.record(
  {
    currency: fc.constant('EUR'),
    discountType: fc.constantFrom(...discountTypes),
    discountValue: fc.constant('12.5'),
    codePrefix: maybe(fc.constant('SUMMER')),
    expiration: maybe(fc.constantFrom(...expirationPresets)),
    limits: fc.uniqueArray(counterLimit, { maxLength: 2, selector: ({ counter }) => counter }),
    limitsReturnOnRefund: fc.boolean(),
  },
  { noNullPrototype: true },
);
const anyRefusal: fc.Arbitrary<RequestRefusal> = fc.oneof(
  fc
    .constantFrom(
      'POINTS_COST_MISMATCH' as const,
      'POINTS_REQUIRED' as const,
      'POINTS_NOT_OFFERED' as const,
      'VALUE_NOT_ACCEPTED' as const,
      'CURRENCY_MISMATCH' as const,
    )
    .map((code) => ({ kind: 'illegal' as const, code })),
  fc
    .constantFrom('not_available' as const, 'not_eligible' as const)
    .map((reason) => ({ kind: 'failed' as const, reason })),
);

const amount = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 60n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, -1n, POINTS_MAX, POINTS_MAX / 2n, POINTS_MAX + 1n) },
);
const reference = { referenceType: 'manual', referenceId: undefined } as const;

const about = (build: fc.Arbitrary<(redemptionId: string) => Command>): fc.Arbitrary<What> =>
  build.map((command) => ({ kind: 'commands', about: (id) => [command(id)] }));

const message = fc.oneof(
  fc
    .record({ points: maybe(amount), orderId: maybe(fc.constantFrom('o-1', 'o-2')), keyed: fc.boolean() })
    .map((rest) => (redemptionId: string): Command => ({ type: 'CommitRedemption', redemptionId, ...rest })),
  fc.constantFrom('o-1', 'o-2').map((orderId) => (redemptionId: string): Command => {
    return { type: 'ApplyOrder', redemptionId, orderId, recoveryId: `${redemptionId}+${orderId}` };
  }),
  fc.constant((redemptionId: string): Command => ({ type: 'ReleaseRedemption', redemptionId })),
  maybe(amount).map((points) => (redemptionId: string): Command => ({
    type: 'ReverseRedemption',
    redemptionId,
    points,
  })),
);
const answer = fc.oneof(
  fc
    .record({ attempt: fc.integer({ min: 1, max: 3 }), answer: callAnswer })
    .map((rest) => (redemptionId: string): Command => ({ type: 'RecordCallAnswer', redemptionId, ...rest })),
  findAnswer.map((found) => (redemptionId: string): Command => ({
    type: 'RecordFindAnswer',
    redemptionId,
    answer: found,
  })),
  cancelAnswer.map((said) => (redemptionId: string): Command => ({
    type: 'RecordCancelAnswer',
    redemptionId,
    answer: said,
  })),
);
const word = fc.oneof(
  fc
    .constantFrom('voucher_unknown' as const, 'cancel_unknown' as const, 'code_ambiguous' as const)
    .map((reason) => (redemptionId: string): Command => ({ type: 'FlagRedemption', redemptionId, reason })),
  fc
    .record({
      outcome: fc.constantFrom('issued', 'not_issued', 'voided', 'used', 'accept_loss'),
      voucher: maybe(anyVoucher),
    })
    .map((rest) => (redemptionId: string): Command => ({ type: 'ResolveFlags', redemptionId, ...rest })),
);
const aPersonSteppingIn = fc.constantFrom('not_issued', 'voided', 'used', 'accept_loss').map((outcome): What => ({
  kind: 'commands',
  about: (redemptionId) => [
    { type: 'FlagRedemption', redemptionId, reason: 'voucher_unknown' },
    { type: 'ResolveFlags', redemptionId, outcome, voucher: undefined },
  ],
}));
const glance = fc
  .record({
    voucher: localVoucher,
    call: maybe(fc.record({ timeoutMs: fc.constantFrom(500, 5_000), notFound: fc.boolean() })),
  })
  .map((rest) => (redemptionId: string): Command => ({ type: 'AdvanceRedemption', redemptionId, ...rest }));

const what: fc.Arbitrary<What> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.oneof(
      amount.map((points): What => ({ kind: 'wallet', command: { type: 'EarnPoints', points, ...reference } })),
      amount.map((points): What => ({
        kind: 'wallet',
        command: { type: 'AdjustPoints', pointsDelta: -points, ...reference },
      })),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      cost: amount,
      onOrder: fc.boolean(),
      source: fc.constantFrom(...providers),
      terms: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyTerms }),
      refusal: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyRefusal }),
    }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('saga' as const), answers: someAnswers }) },
  { weight: 6, arbitrary: about(message) },
  { weight: 4, arbitrary: about(answer) },
  { weight: 3, arbitrary: about(word) },
  { weight: 3, arbitrary: aPersonSteppingIn },
  { weight: 1, arbitrary: about(glance) },
);

const happening: fc.Arbitrary<Happening> = fc.record({
  subject: fc.nat({ max: 4 }),
  // Mostly moments, now and then past a deadline or a hold, and sometimes a clock that steps back.
  afterMillis: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 1, 700) },
    { weight: 3, arbitrary: fc.constantFrom(5_000, 60_000, -3_000) },
    { weight: 1, arbitrary: fc.constantFrom(900_000, 604_800_000) },
  ),
  what,
});

// Long and without a liking for extremes: short stories seldom come to a reversal.
const manyRedemptions = fc.noBias(fc.array(happening, { minLength: 5, maxLength: 45, size: 'max' }));
const oneRedemption = manyRedemptions.map((story) => story.map((it): Happening => ({ ...it, subject: 0 })));

/** What may happen to one wallet and its redemptions: in any order, late, twice, with clocks that step back. */
export const anyStory: fc.Arbitrary<readonly Happening[]> = fc.oneof(manyRedemptions, oneRedemption);

/** The commands that a happening means in the history it meets, to be given one after the other. */
export function commandsOf({ subject, what: it }: Happening, history: WalletHistory, now: Instant): readonly Command[] {
  if (it.kind === 'wallet') return [it.command];
  if (it.kind === 'request') return [requestOf(NAMES[subject % NAMES.length] as string, it)];
  const ids = [...history.state.redemptions.keys()];
  const id = ids[subject % Math.max(ids.length, 1)] ?? 'no-such-redemption';
  if (it.kind === 'commands') return it.about(id);
  return sagaCommands(history, id, now, it.answers);
}

/** A provider that does not answer is a person's business sooner or later; here at once. */
function flagged(redemptionId: string, reason: 'voucher_unknown' | 'cancel_unknown'): Command {
  return { type: 'FlagRedemption', redemptionId, reason };
}

/** What the worker does for one redemption now, when the provider answers like this. */
export function sagaCommands(history: WalletHistory, id: string, now: Instant, answers: Answers): readonly Command[] {
  const redemption = history.state.redemptions.get(id);
  if (redemption === undefined) return [];
  const step = nextStep(redemption, now);
  const advance = (call?: { timeoutMs: number; notFound: boolean }): Command => {
    return { type: 'AdvanceRedemption', redemptionId: id, voucher: answers.voucher, call };
  };
  const attempt = redemption.calls.attempts + 1;
  const called: Command[] =
    answers.call === undefined ? [] : [{ type: 'RecordCallAnswer', redemptionId: id, attempt, answer: answers.call }];
  switch (step.kind) {
    case 'none':
    case 'wait':
      return [];
    case 'call':
      return [advance({ timeoutMs: 5_000, notFound: false }), ...called];
    case 'find':
      if (answers.find.kind === 'not_found' && step.thenCall) {
        return [advance({ timeoutMs: 5_000, notFound: true }), ...called];
      }
      if (answers.find.kind === 'unknown') return [flagged(id, 'voucher_unknown')];
      return [{ type: 'RecordFindAnswer', redemptionId: id, answer: answers.find }];
    case 'cancel':
      if (answers.cancel.kind === 'unknown') return [flagged(id, 'cancel_unknown')];
      return [{ type: 'RecordCancelAnswer', redemptionId: id, answer: answers.cancel }];
    default:
      return [advance()];
  }
}

function requestOf(
  redemptionId: string,
  { cost, onOrder, source, terms, refusal }: What & { readonly kind: 'request' },
): Command {
  return {
    type: 'RequestRedemption',
    redemptionId,
    rewardOptionId: '11',
    rewardName: 'A coffee',
    points: cost,
    deduction: onOrder ? 'order' : 'immediate',
    provider: source === 'caller' ? undefined : source,
    callerVoucher:
      source === 'caller' ? { code: sealed('MINE'), externalId: undefined, provider: undefined } : undefined,
    requestTtlSeconds: 900n,
    holdSeconds: onOrder ? 604_800n : 900n,
    callSeconds: 900n,
    dialect: 'bitbybit',
    dialectId: undefined,
    terms,
    refusal,
  };
}

export function laterBy(now: Instant, millis: number): Instant {
  return instant(now + millis * 1_000);
}
