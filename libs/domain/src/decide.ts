import { redemptionOf, type Command } from './command.js';
import { DomainError } from './domain-error.js';
import type { DomainEvent } from './event/ledger-event.js';
import { later, type Instant } from './instant.js';
import { advance, requestRedemption } from './redemption/advance.js';
import { recordCallAnswer, recordCancelAnswer, recordFindAnswer } from './redemption/decide-answer.js';
import { flagRedemption, resolveFlags } from './redemption/decide-flag.js';
import { decideMessage } from './redemption/decide-message.js';
import { Unfolding, type DecisionState } from './unfolding.js';
import { adjustPoints, earnPoints, openWallet } from './wallet/decide-points.js';

/**
 * The decider: what a command means in the state it meets, at the time `now`.
 *
 * - events: it happened, a business "no" among them;
 * - no event: it is already so;
 * - `DomainError`: it can never be, and nothing is written.
 */
export function decide(
  command: Command,
  state: DecisionState,
  { now: clock, commandId }: { readonly now: Instant; readonly commandId: string },
): readonly DomainEvent[] {
  // A stream's time never runs backwards: what is decided and what is recorded go by the same moment.
  const { lastOccurredAt } = state.wallet;
  const now = lastOccurredAt === undefined ? clock : later(clock, lastOccurredAt);
  switch (command.type) {
    case 'OpenWallet':
      return openWallet(state.wallet);
    case 'EarnPoints':
      return earnPoints(state.wallet, command);
    case 'AdjustPoints':
      return adjustPoints(state.wallet, command);
    case 'RequestRedemption':
      return requestRedemption(state.redemption, command, now);
    default: {
      if (state.redemption?.id !== redemptionOf(command)) throw new DomainError('REDEMPTION_NOT_FOUND');
      const u = new Unfolding(state, now, commandId);
      decideOnRedemption(u, command);
      return u.events;
    }
  }
}

type RedemptionCommand = Exclude<
  Command,
  { readonly type: 'OpenWallet' | 'EarnPoints' | 'AdjustPoints' | 'RequestRedemption' }
>;

/** After a fact is recorded the saga goes on at once, as far as it can without anybody outside. */
function decideOnRedemption(u: Unfolding, command: RedemptionCommand): void {
  switch (command.type) {
    case 'AdvanceRedemption':
      return advance(u, command);
    case 'RecordCallAnswer':
      recordCallAnswer(u, command);
      return goOn(u);
    case 'RecordFindAnswer':
      recordFindAnswer(u, command);
      return goOn(u);
    case 'RecordCancelAnswer':
      recordCancelAnswer(u, command);
      return goOn(u);
    case 'ResolveFlags':
      resolveFlags(u, command);
      return goOn(u);
    case 'FlagRedemption':
      return flagRedemption(u, command);
    default:
      return decideMessage(u, command);
  }
}

function goOn(u: Unfolding): void {
  if (u.events.length === 0) return;
  advance(u, { type: 'AdvanceRedemption', redemptionId: u.redemption.id, voucher: undefined, call: undefined });
}
