import type { CostRefusal } from './catalogue/redemption-cost.js';
import type {
  BoundProvider,
  Deduction,
  FailureReason,
  FlagOutcome,
  FlagReason,
  OptionTerms,
  ReferenceType,
  SealedCode,
} from './event/event-schemas.js';
import type { Instant } from './instant.js';
import type { Points } from './points.js';

/** A voucher as a provider, a generator or a person hands it to the engine, its code already sealed. */
export interface IssuedVoucher {
  readonly code: SealedCode;
  /** Look-up digests of the same code under the other keys of the ring: a rotated key must not make it a second voucher. */
  readonly otherDigests: readonly string[];
  readonly externalId: string | undefined;
  readonly expiresAt: Instant | undefined;
}

/** What a provider said to a call, as far as it can be known. */
export type CallAnswer =
  | { readonly kind: 'issued'; readonly voucher: IssuedVoucher }
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not_sent' };

/** What a provider said when asked by key. */
export type FindAnswer =
  | { readonly kind: 'issued'; readonly voucher: IssuedVoucher }
  | { readonly kind: 'used'; readonly voucher: IssuedVoucher }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown' };

/** What a provider said to a cancellation. `void`: it is not, and never will be, valid. */
export type CancelAnswer = { readonly kind: 'void' } | { readonly kind: 'used' } | { readonly kind: 'unknown' };

export interface OpenWallet {
  readonly type: 'OpenWallet';
}

export interface EarnPoints {
  readonly type: 'EarnPoints';
  readonly points: Points;
  readonly referenceType: ReferenceType;
  readonly referenceId: string | undefined;
}

export interface AdjustPoints {
  readonly type: 'AdjustPoints';
  readonly pointsDelta: bigint;
  readonly referenceType: ReferenceType;
  readonly referenceId: string | undefined;
}

/** Exactly one of `provider` and `callerVoucher` is given: a code brought by the caller asks no provider. */
export interface RequestRedemption {
  readonly type: 'RequestRedemption';
  readonly redemptionId: string;
  readonly rewardOptionId: string;
  readonly rewardName: string;
  readonly points: Points;
  readonly deduction: Deduction;
  readonly provider: BoundProvider | undefined;
  readonly callerVoucher:
    | { readonly code: SealedCode; readonly externalId: string | undefined; readonly provider: string | undefined }
    | undefined;
  readonly requestTtlSeconds: bigint;
  readonly holdSeconds: bigint;
  readonly callSeconds: bigint;
  readonly dialect: string;
  readonly dialectId: bigint | undefined;
  /** Of the catalogue's option; absent where name and cost are the caller's. */
  readonly terms?: OptionTerms | undefined;
  /** What the catalogue says against it. The key's owner comes first, so a repeat is a repeat whatever the catalogue says now. */
  readonly refusal?: RequestRefusal | undefined;
}

/** `illegal`: no such redemption can be asked for; nothing is written. `failed`: a business "no", which is recorded. */
export type RequestRefusal =
  | { readonly kind: 'illegal'; readonly code: CostRefusal }
  | { readonly kind: 'failed'; readonly reason: FailureReason };

/** What a local provider has to give: a voucher, none for the moment (`undefined`), or none any more. */
export type LocalVoucher = IssuedVoucher | 'none_left' | undefined;

/**
 * Performs every step the saga owes that needs nobody outside, and starts a provider call when `call` allows one. What is
 * random is brought along: `voucher` is the code to issue should a local provider's turn come.
 */
export interface AdvanceRedemption {
  readonly type: 'AdvanceRedemption';
  readonly redemptionId: string;
  readonly voucher: LocalVoucher;
  readonly call: { readonly timeoutMs: number; readonly notFound: boolean } | undefined;
  /** Where points are to be held for a code that the caller brought: its look-up digests, under every key of the ring. */
  readonly callersDigests?: readonly string[] | undefined;
}

export interface RecordCallAnswer {
  readonly type: 'RecordCallAnswer';
  readonly redemptionId: string;
  readonly attempt: number;
  readonly answer: CallAnswer;
}

export interface RecordFindAnswer {
  readonly type: 'RecordFindAnswer';
  readonly redemptionId: string;
  readonly answer: FindAnswer;
}

export interface RecordCancelAnswer {
  readonly type: 'RecordCancelAnswer';
  readonly redemptionId: string;
  readonly answer: CancelAnswer;
}

/** `points` absent: all that is held. */
export interface CommitRedemption {
  readonly type: 'CommitRedemption';
  readonly redemptionId: string;
  readonly points: Points | undefined;
  readonly orderId: string | undefined;
  /** The caller gave an idempotency key of its own: another key than the commit's is another commit. */
  readonly keyed: boolean;
}

/** An order that carries the code. `recoveryId`: the id of the new redemption, should it come too late. */
export interface ApplyOrder {
  readonly type: 'ApplyOrder';
  readonly redemptionId: string;
  readonly orderId: string;
  readonly recoveryId: string;
}

export interface ReleaseRedemption {
  readonly type: 'ReleaseRedemption';
  readonly redemptionId: string;
  /** Where the voucher is there already nothing is released: its caller can have it after all. */
  readonly unlessIssued?: true;
}

/** `points` absent: all that is still committed. */
export interface ReverseRedemption {
  readonly type: 'ReverseRedemption';
  readonly redemptionId: string;
  readonly points: Points | undefined;
}

export interface FlagRedemption {
  readonly type: 'FlagRedemption';
  readonly redemptionId: string;
  readonly reason: FlagReason;
}

export interface ResolveFlags {
  readonly type: 'ResolveFlags';
  readonly redemptionId: string;
  readonly outcome: FlagOutcome;
  /** The code, for the outcome `issued`. */
  readonly voucher: IssuedVoucher | undefined;
}

export type Command =
  | OpenWallet
  | EarnPoints
  | AdjustPoints
  | RequestRedemption
  | AdvanceRedemption
  | RecordCallAnswer
  | RecordFindAnswer
  | RecordCancelAnswer
  | CommitRedemption
  | ApplyOrder
  | ReleaseRedemption
  | ReverseRedemption
  | FlagRedemption
  | ResolveFlags;

/** The redemption a command is about; its state has to be read before deciding. */
export function redemptionOf(command: Command): string | undefined {
  return 'redemptionId' in command ? command.redemptionId : undefined;
}
