import type { DomainErrorCode } from '../domain-error.js';
import { hasVoucher, type Redemption } from './redemption.js';

/** What a caller or an order may say to a redemption. */
export type Message = 'commit' | 'order' | 'release' | 'reverse';

/** What a message finds: the status, split where the voucher makes a difference. */
export type Situation =
  | 'requested'
  | 'reserved_without_voucher'
  | 'reserved_with_voucher'
  | 'releasing'
  | 'committed'
  | 'reversing'
  | 'given_back'
  | 'reversed';

/** What is done about it: a refusal, nothing since it is already so, or one of the reactions of `decide-message.ts`. */
export type Reaction =
  | DomainErrorCode
  | 'already_so'
  | 'commit_hold'
  | 'refuse_by_release_reason'
  | 'already_so_if_equal'
  | 'commit_for_order'
  | 'note_order'
  | 'keep_for_order'
  | 'recover_for_order'
  | 'fail_cancelled'
  | 'give_back'
  | 'start_reversal';

/**
 * The whole matrix of message and situation; `decide` reads it and nothing else, and a test walks every cell.
 * Codes are refusals. `given_back` is failed, released or expired.
 */
export const messageMatrix: Readonly<Record<Message, Readonly<Record<Situation, Reaction>>>> = {
  commit: {
    requested: 'NOT_READY',
    reserved_without_voucher: 'VOUCHER_NOT_ISSUED',
    reserved_with_voucher: 'commit_hold',
    releasing: 'refuse_by_release_reason',
    committed: 'already_so_if_equal',
    reversing: 'ALREADY_COMMITTED',
    given_back: 'refuse_by_release_reason',
    reversed: 'ALREADY_RELEASED',
  },
  order: {
    requested: 'NOT_READY',
    reserved_without_voucher: 'VOUCHER_NOT_ISSUED',
    reserved_with_voucher: 'commit_for_order',
    releasing: 'commit_for_order',
    committed: 'note_order',
    reversing: 'keep_for_order',
    given_back: 'recover_for_order',
    reversed: 'recover_for_order',
  },
  release: {
    requested: 'fail_cancelled',
    reserved_without_voucher: 'give_back',
    reserved_with_voucher: 'give_back',
    releasing: 'already_so',
    committed: 'ALREADY_COMMITTED',
    reversing: 'ALREADY_COMMITTED',
    given_back: 'already_so',
    reversed: 'already_so',
  },
  reverse: {
    requested: 'NOT_COMMITTED',
    reserved_without_voucher: 'NOT_COMMITTED',
    reserved_with_voucher: 'NOT_COMMITTED',
    releasing: 'NOT_COMMITTED',
    committed: 'start_reversal',
    reversing: 'already_so',
    given_back: 'already_so',
    reversed: 'already_so',
  },
};

export function situationOf(r: Redemption): Situation {
  switch (r.status) {
    case 'reserved':
      return hasVoucher(r) ? 'reserved_with_voucher' : 'reserved_without_voucher';
    case 'failed':
    case 'released':
    case 'expired':
      return 'given_back';
    default:
      return r.status;
  }
}
