import { DomainError, type Command, type OptionTerms } from '#domain';
import { LedgerError, type LedgerCommand } from '#ledger';
import { uuidV7 } from '#platform';
import { advance, earn, httpProvider, key, request, voucher, type LedgerRig } from './ledger-rig.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';

export interface StreamKey {
  readonly companyId: number;
  readonly walletId: string;
}

export interface MixedWork {
  readonly seed: number;
  readonly wallets: readonly StreamKey[];
  /** Callers that each wait for their answer before they ask again. */
  readonly callers: number;
  /** Ends once this process has carried out so many groups. */
  readonly groups: number;
}

/** How often each thing happened; `unexpected` names every error that is neither a refusal nor a reused key. */
export interface MixedWorkTally {
  readonly groups: number;
  readonly commands: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly unexpected: readonly string[];
}

/** The work of a process; `retried` has the SQLSTATE of every group that was tried again. */
export interface MixedWorkDone extends MixedWorkTally {
  readonly retried: readonly string[];
}

/** A key that several processes use for different commands on different wallets collides about this often. */
const SHARED_KEYS = 2_000;
const KNOWN_MAX = 60;

interface Asked {
  readonly target: StreamKey;
  readonly command: Command;
  readonly options: Partial<LedgerCommand>;
}

interface Known extends StreamKey {
  readonly redemptionId: string;
}

/** Everything a ledger is asked to do, at random, on wallets that other processes work on too, until enough groups have run. */
export async function doMixedWork(rig: LedgerRig, groupsDone: () => number, work: MixedWork): Promise<MixedWorkTally> {
  const random = seededRandom(work.seed);
  const outcomes: Record<string, number> = {};
  const unexpected: string[] = [];
  const known: Known[] = [];
  const sent: Asked[] = [];
  let commands = 0;
  const caller = async (): Promise<void> => {
    while (groupsDone() < work.groups && unexpected.length === 0) {
      // A caller that got no answer sends the same again, under the same key and another command id.
      const repeats = sent.length > 0 && random.below(100) < 8;
      const asked = repeats ? random.pick(sent) : next(random, work.wallets, known);
      const { target, command, options } = asked;
      if (options.key !== undefined && !repeats)
        sent[sent.length < KNOWN_MAX ? sent.length : random.below(KNOWN_MAX)] = asked;
      commands += 1;
      const outcome = await rig.run(target.companyId, target.walletId, command, options).then(
        (executed) => executed.outcome,
        (error: unknown) => {
          if (error instanceof DomainError || error instanceof LedgerError) return error.code;
          return (unexpected.push(String(error)), 'unexpected');
        },
      );
      if (outcome === 'LEDGER_UNAVAILABLE') unexpected.push(outcome);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === 'written' && command.type === 'RequestRedemption') {
        known.push({ ...target, redemptionId: command.redemptionId });
        if (known.length > KNOWN_MAX) known.shift();
      }
    }
  };
  await Promise.all(Array.from({ length: work.callers }, caller));
  return { groups: groupsDone(), commands, outcomes, unexpected };
}

function next(random: SeededRandom, wallets: readonly StreamKey[], known: readonly Known[]): Asked {
  const dice = random.below(100);
  if (dice < 30 || known.length === 0) {
    return { target: random.pick(wallets), command: opening(random), options: keyed(random) };
  }
  const target = random.pick(known);
  if (dice < 65) return { target, command: workersStep(random, target.redemptionId), options: asWorker };
  return { target, command: callersStep(random, target.redemptionId), options: random.below(2) ? keyed(random) : {} };
}

const asWorker: Partial<LedgerCommand> = { actor: { kind: 'worker', id: 'saga' } };

function keyed(random: SeededRandom): Partial<LedgerCommand> {
  const shared = random.below(100) < 25;
  const text = shared ? `shared-${random.below(SHARED_KEYS)}` : uuidV7();
  return { key: key(text, `command-${random.below(3)}`), privateText: { idempotencyKey: text } };
}

function opening(random: SeededRandom): Command {
  const dice = random.below(10);
  if (dice < 2) return earn(BigInt(1 + random.below(50)));
  if (dice < 3) {
    const pointsDelta = BigInt(random.below(60) - 40);
    return { type: 'AdjustPoints', pointsDelta, referenceType: 'manual', referenceId: undefined };
  }
  const points = BigInt(1 + random.below(30));
  const deduction = random.below(2) === 0 ? 'order' : 'immediate';
  const limited = random.below(3) === 0 ? { terms: termsOf(random) } : {};
  return request(points, { deduction, ...(dice < 6 ? { provider: httpProvider() } : {}), ...limited });
}

/** Of a few options with limits, some of them used up soon. */
function termsOf(random: SeededRandom): OptionTerms {
  const names = [`stock:${random.below(3)}`, `customer:${random.below(3)}:shared`, `day:${random.below(3)}:shared`];
  const limits = names.slice(random.below(3)).map((counter) => ({ counter, max: random.pick([2n, 20n, 1_000_000n]) }));
  const discount = { currency: 'EUR', discountType: 'fixed_amount', discountValue: '1' } as const;
  const none = { codePrefix: undefined, expiration: undefined };
  return { ...discount, ...none, limits, limitsReturnOnRefund: random.below(2) === 0 };
}

function workersStep(random: SeededRandom, redemptionId: string): Command {
  const issued = voucher(`CODE-${random.below(1_000_000)}`);
  switch (random.below(8)) {
    case 0:
      return { type: 'AdvanceRedemption', redemptionId, voucher: undefined, call: { timeoutMs: 20, notFound: true } };
    case 1:
      return { type: 'RecordCallAnswer', redemptionId, attempt: 1, answer: { kind: 'issued', voucher: issued } };
    case 2:
      return { type: 'RecordCallAnswer', redemptionId, attempt: 1, answer: random.pick(otherAnswers) };
    case 3:
      return { type: 'RecordCancelAnswer', redemptionId, answer: { kind: random.pick(['void', 'used', 'unknown']) } };
    case 4:
      return { type: 'FlagRedemption', redemptionId, reason: random.pick(['voucher_unknown', 'cancel_unknown']) };
    default:
      return advance(redemptionId, issued);
  }
}

const otherAnswers = [{ kind: 'declined', reason: 'sold out' }, { kind: 'unknown' }, { kind: 'not_sent' }] as const;

function callersStep(random: SeededRandom, redemptionId: string): Command {
  switch (random.below(6)) {
    case 0:
      return { type: 'CommitRedemption', redemptionId, points: undefined, orderId: undefined, keyed: true };
    case 1:
      return { type: 'ReleaseRedemption', redemptionId };
    case 2:
      return { type: 'ReverseRedemption', redemptionId, points: undefined };
    case 3:
      return { type: 'ResolveFlags', redemptionId, outcome: random.pick(['not_issued', 'voided']), voucher: undefined };
    case 4:
      return { type: 'CommitRedemption', redemptionId, points: BigInt(random.below(20)), orderId: 'o', keyed: false };
    default:
      return { type: 'ApplyOrder', redemptionId, orderId: `order-${random.below(3)}`, recoveryId: uuidV7() };
  }
}
