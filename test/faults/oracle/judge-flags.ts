import type { ProvidersKey } from './provider-account.js';
import { millisOf, type RedemptionStory } from './redemption-story.js';

/** A flag brings a person to a redemption: its reason has to be true at the moment it was raised. */
export function judgeFlags(
  story: RedemptionStory,
  at: ProvidersKey | undefined,
  keysOfCode: ReadonlyMap<string, number>,
  find: (what: string) => unknown,
): void {
  for (const [index, event] of story.events.entries()) {
    if (event.type !== 'RedemptionFlagged') continue;
    const before = story.events.slice(0, index);
    const had = (type: string) => before.some((one) => one.type === type);
    const reason = event.data['reason'] as string;
    const isTrue: Readonly<Record<string, () => boolean>> = {
      voucher_unknown: () => !had('VoucherIssued') && hasUnknownAttempt(before, event.occurredAt),
      cancel_unknown: () =>
        had('ReleaseStarted') || had('ReversalStarted') || (had('VoucherIssued') && had('RedemptionReleased')),
      provider_cannot_void: () => story.provider?.canCancel === false,
      second_voucher: () => before.filter(({ type }) => type === 'VoucherIssued').length > 1,
      orphan_used: () => at?.vouchers.some(({ state }) => state === 'used') ?? false,
      code_ambiguous: () => at?.vouchers.some(({ code }) => (keysOfCode.get(code) ?? 0) > 1) ?? false,
      late_order_unpaid: () => had('VoucherUsed'),
    };
    if (isTrue[reason]?.() !== true) find(`it was flagged ${reason}, which is not true`);
    const nothingSent = !before.some(({ type }) => type === 'VoucherCallStarted');
    if (nothingSent && (reason === 'voucher_unknown' || reason === 'cancel_unknown')) {
      find(`it was flagged ${reason} although nothing was ever sent`);
    }
  }
}

/** An attempt that ended unknown, or has no end on record although its time is over. */
function hasUnknownAttempt(before: RedemptionStory['events'], now: string): boolean {
  return before.some(({ type, data }) => {
    if (type !== 'VoucherCallStarted') return false;
    const end = before.find((one) => one.type === 'VoucherCallEnded' && one.data['attempt'] === data['attempt']);
    if (end !== undefined) return end.data['outcome'] === 'unknown';
    return millisOf(data['callDeadline']) <= millisOf(now);
  });
}
