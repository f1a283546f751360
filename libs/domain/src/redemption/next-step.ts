import type { FlagReason } from '../event/event-schemas.js';
import type { Instant } from '../instant.js';
import { hasVoucher, isFinished, isLocal, type Redemption } from './redemption.js';

/**
 * What the saga owes a redemption now. The first group of steps is decided and written by `AdvanceRedemption` alone; `call`,
 * `find` and `cancel` speak to the provider first and record its answer.
 */
export type Step =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'fail' }
  | { readonly kind: 'reserve' }
  | { readonly kind: 'issue_locally' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'start_release' }
  | { readonly kind: 'release' }
  | { readonly kind: 'release_declined' }
  | { readonly kind: 'void_locally' }
  | { readonly kind: 'flag'; readonly reason: FlagReason }
  /** A first attempt, or another with the same key. */
  | { readonly kind: 'call' }
  /** Ask by key; `thenCall`: where it is not found, another attempt may follow. */
  | { readonly kind: 'find'; readonly thenCall: boolean }
  | { readonly kind: 'cancel' };

const none: Step = { kind: 'none' };

/**
 * The saga's table: the first row that matches decides. Pure: back-off and leases are the worker's, in `saga_work`.
 *
 * | Status    | Condition                                          | Step |
 * |-----------|----------------------------------------------------|------|
 * | requested | its time has passed                                | fail |
 * | requested |                                                    | reserve |
 * | reserved  | voucher, deduction immediate                       | commit |
 * | reserved  | voucher, deduction on order, hold not over         | wait |
 * | reserved  | voucher, deduction on order, hold over             | start the release |
 * | reserved  | declined                                           | release |
 * | reserved  | no voucher, calls allowed                          | issue locally, or call, or find |
 * | reserved  | no voucher, calls over, can cancel or never sent   | start the release |
 * | reserved  | no voucher, calls over, can't cancel               | flag, go on finding where it can look up |
 * | releasing | nothing to void                                    | release |
 * | releasing, reversing |                                         | void: by an event of ours, or by asking the provider |
 * | final     | orphaned voucher                                   | void; flag where that can't be |
 * | final     |                                                    | none |
 */
export function nextStep(r: Redemption, now: Instant): Step {
  switch (r.status) {
    case 'requested':
      return now >= r.requestExpiresAt ? { kind: 'fail' } : { kind: 'reserve' };
    case 'reserved':
      return hasVoucher(r) ? reservedWithVoucher(r, now) : reservedWithoutVoucher(r, now);
    case 'releasing':
      return nothingToVoid(r) ? { kind: 'release' } : voidVoucher(r);
    case 'reversing':
      return voidVoucher(r);
    default:
      return isFinished(r) ? none : voidOrphan(r);
  }
}

function reservedWithVoucher(r: Redemption, now: Instant): Step {
  if (r.deduction === 'immediate') return { kind: 'commit' };
  return holdIsOver(r, now) ? { kind: 'start_release' } : { kind: 'wait', until: r.reserveExpiresAt as Instant };
}

function reservedWithoutVoucher(r: Redemption, now: Instant): Step {
  if (r.voucher.state === 'declined') return { kind: 'release_declined' };
  if (!callsAreOver(r, now)) return isLocal(r) ? { kind: 'issue_locally' } : ask(r, now);
  if (canVoid(r) || !r.calls.everSent) return { kind: 'start_release' };
  // Where the provider cannot be asked either, only the flag is left: a person's word sets the saga going again.
  const goOn: Step = r.provider?.canLookup === true ? { kind: 'find', thenCall: false } : none;
  return flagOnce(r, 'provider_cannot_void', goOn);
}

/** While calls are allowed: call where nothing is known to be out there, find first where something may be. */
function ask(r: Redemption, now: Instant): Step {
  if (callIsInFlight(r, now)) return { kind: 'wait', until: r.calls.deadline as Instant };
  if (!r.calls.everSent) return { kind: 'call' };
  const mayCallAgain = r.provider?.idempotent === true;
  if (r.provider?.canLookup === true) {
    const find: Step = { kind: 'find', thenCall: mayCallAgain };
    return mayCallAgain ? find : flagOnce(r, 'voucher_unknown', find);
  }
  if (mayCallAgain) return { kind: 'call' };
  // Neither a second attempt nor a look-up can be had: a person has to ask, until the calls are over.
  return flagOnce(r, 'voucher_unknown', { kind: 'wait', until: r.callsUntil as Instant });
}

function voidVoucher(r: Redemption): Step {
  return isLocal(r) || r.voucher.callers ? { kind: 'void_locally' } : { kind: 'cancel' };
}

function voidOrphan(r: Redemption): Step {
  return canVoid(r) ? voidVoucher(r) : flagOnce(r, 'provider_cannot_void', none);
}

function flagOnce(r: Redemption, reason: FlagReason, otherwise: Step): Step {
  return r.flags.includes(reason) ? otherwise : { kind: 'flag', reason };
}

/** Whether an issued voucher can be made unusable: by the provider's cancel call, or by an event of ours. */
export function canVoid(r: Redemption): boolean {
  return r.provider?.canCancel === true;
}

/** Nothing was ever sent to a provider and no code is out: the points may go back without asking anybody. */
export function nothingToVoid(r: Redemption): boolean {
  return r.voucher.callers || (!r.calls.everSent && !hasVoucher(r));
}

/** Whether a provider call has neither an end on record nor a passed deadline. */
export function callIsInFlight(r: Redemption, now: Instant): boolean {
  return r.calls.open && now < (r.calls.deadline as Instant);
}

/** An overdue hold is still a hold until `ReleaseStarted` stands: the clock alone ends nothing. */
function holdIsOver(r: Redemption, now: Instant): boolean {
  return now >= (r.reserveExpiresAt as Instant);
}

function callsAreOver(r: Redemption, now: Instant): boolean {
  return now >= (r.callsUntil as Instant);
}
