import type { Evidence, RedemptionRow } from './evidence.js';
import { judgeFlags } from './judge-flags.js';
import { big, judgePoints } from './points-account.js';
import { readProvider, usableVouchers, type ProvidersKey } from './provider-account.js';
import { millisOf, storiesIn, type RedemptionStory } from './redemption-story.js';

/** Clocks are one machine's; what the provider notes in whole milliseconds may read earlier than the ledger's microseconds. */
const CLOCK_MS = 2;

/**
 * Joins the ledger's account with the provider's and names whatever cannot be true of both. It is written from the design's words and
 * shares no rule with the engine; an empty list means that it found nothing.
 *
 * @param options.isOver everything has had its time: what has neither ended nor been flagged is a finding.
 */
export function judge(evidence: Evidence, { isOver = true }: { readonly isOver?: boolean } = {}): readonly string[] {
  const { events, wallets, redemptions, effects, sentIssues } = evidence;
  const findings = [...judgePoints(events, wallets)];
  const stories = storiesIn(events);
  const provider = readProvider(effects);
  const rows = new Map(redemptions.map((row) => [row.id, row]));
  const keysOfCode = countKeysOfCodes(provider);
  const bearers = countBearers(redemptions);
  const keys = new Set(stories.flatMap((story) => story.provider?.key ?? []));
  for (const key of provider.keys()) {
    if (!keys.has(key)) findings.push(`key ${key}: the provider was asked under a key that no redemption has`);
  }
  const storyOfKey = new Map(stories.map((story) => [story.provider?.key, story]));
  for (const { key, atMs } of sentIssues) {
    const story = storyOfKey.get(key);
    const deadlines = story?.all('VoucherCallStarted').map(({ data }) => millisOf(data['callDeadline'])) ?? [];
    const lateMs = atMs - Math.max(...deadlines);
    if (lateMs > CLOCK_MS)
      findings.push(`redemption ${story?.id}: a call was sent ${lateMs} ms after its last deadline`);
  }
  for (const story of stories) {
    const find = (what: string) => findings.push(`redemption ${story.id} (${story.status}): ${what}`);
    const at = story.provider?.kind === 'http' ? provider.get(story.provider.key) : undefined;
    const isLiar = evidence.brokenPromises.has(story.provider?.key ?? '');
    judgeEvents(story, find);
    if (story.provider?.kind === 'http') judgeVoucher(story, at, { isLiar, find });
    const row = rows.get(story.id);
    if (row === undefined) find('it has no row');
    else judgeRow(story, row, at, find);
    judgeFlags(story, at, keysOfCode, find);
    if (isOver && row !== undefined && sharesCode(row, bearers) && !story.flagsEver.includes('code_ambiguous'))
      find('another one has its code, and nobody was told');
    if (isOver && !hasEnded(story, row)) find(`it has neither ended nor been flagged (voucher ${row?.voucherState})`);
  }
  return findings;
}

const LIVE: ReadonlySet<string> = new Set(['issued', 'used', 'orphaned']);

type Find = (what: string) => unknown;

/** What must hold of the events alone. */
function judgeEvents(story: RedemptionStory, find: Find): void {
  const resolutions = ['RedemptionFailed', 'RedemptionCommitted', 'RedemptionReleased'].flatMap((t) => story.all(t));
  if (resolutions.length > 1) find('its hold was resolved twice');
  if (story.pointsReversed > story.pointsCommitted) find('more was given back than was burned');
  const committed = story.indexOf('RedemptionCommitted');
  const hadVoucher = story.events
    .slice(0, committed)
    .some(
      ({ type, data }) => type === 'VoucherIssued' || type === 'VoucherUsed' || data['callerVoucher'] !== undefined,
    );
  const isRecovery = story.events[0]?.data['recoversRedemptionId'] !== undefined;
  if (committed >= 0 && !hadVoucher && !isRecovery) find('it was committed without a voucher');
  const calls = story.all('VoucherCallStarted');
  const callsUntil = story.all('PointsReserved')[0]?.data['callsUntil'];
  calls.forEach((call, i) => {
    if (millisOf(call.data['callDeadline']) > millisOf(callsUntil)) find('a call may go on after calls were over');
    const next = calls[i + 1];
    if (next === undefined) return;
    const ended = story.events.some(
      ({ type, data, version }) =>
        (type === 'VoucherCallEnded' || type === 'VoucherDeclined') &&
        big(version) > big(call.version) &&
        big(version) < big(next.version) &&
        (data['attempt'] ?? call.data['attempt']) === call.data['attempt'],
    );
    if (!ended && millisOf(next.occurredAt) < millisOf(call.data['callDeadline']))
      find('two attempts were under way at once');
  });
}

/** What must hold between the events and the provider's own account. */
function judgeVoucher(
  story: RedemptionStory,
  at: ProvidersKey | undefined,
  { isLiar, find }: { readonly isLiar: boolean; readonly find: Find },
): void {
  const usable = usableVouchers(at);
  if (usable.length > 1 && !isLiar) find(`${usable.length} vouchers of it can be used`);
  const excused = story.wasResolved('accept_loss') || story.openFlags.includes('late_order_unpaid');
  const paidByOrder = story.all('VoucherUsed').some(({ data }) => data['orderId'] !== undefined);
  if (story.isGivenBack && !excused) {
    if (usable.some(({ state }) => state === 'valid') && !paidByOrder && story.openFlags.length === 0) {
      find('its points are back and its voucher still works');
    }
    if (usable.some(({ state }) => state === 'used') && !paidByOrder && !story.openFlags.includes('orphan_used')) {
      find('its points are back, its voucher was used, and nobody was told');
    }
  }
  if (story.status === 'committed' && (at?.vouchers.length ?? 0) === 0)
    find('it is paid for, and nothing was ever issued');
  if (story.status === 'committed' && usable.length === 0 && !story.has('VoucherVoided')) {
    find('it is paid for, and its voucher does not work');
  }
  const mayCancel = ['ReleaseStarted', 'ReversalStarted', 'RedemptionReleased', 'RedemptionFailed']
    .flatMap((type) => story.all(type))
    .map(({ occurredAt }) => millisOf(occurredAt));
  if (at?.firstCancelMs !== undefined && !(at.firstCancelMs + CLOCK_MS >= Math.min(...mayCancel))) {
    find('its voucher was cancelled before that was decided');
  }
}

/** What the engine says today has to be what its events come to, and what the provider knows. */
function judgeRow(story: RedemptionStory, row: RedemptionRow, at: ProvidersKey | undefined, find: Find): void {
  if (row.status !== story.status) find(`its row says ${row.status}`);
  if (story.provider?.kind !== 'http') return;
  const usable = usableVouchers(at);
  const mine = at?.vouchers.find(({ code }) => code === row.code);
  const excused = story.wasResolved('accept_loss', 'not_issued', 'voided', 'used') || story.openFlags.length > 0;
  const byOrder = story.events.some(
    ({ type, data }) => (type === 'VoucherUsed' || type === 'RedemptionCommitted') && data['orderId'] !== undefined,
  );
  if (row.code !== undefined && mine === undefined) find('it names a code that the provider never gave it');
  switch (row.voucherState) {
    case 'issued':
      if (story.isGivenBack) find('its voucher counts as issued although its points are back');
      if (mine?.state === 'cancelled' && !['releasing', 'reversing'].includes(row.status))
        find('its voucher counts as issued, and is void');
      break;
    case 'used':
      if (mine?.state !== 'used' && !byOrder && !excused) find('its voucher counts as used, and nobody used it');
      break;
    case 'voided':
    case 'declined':
      if (usable.length > 0 && !excused) find(`its voucher counts as ${row.voucherState}, and one works`);
      break;
    case 'orphaned':
      break;
    default:
      if (row.status === 'committed') find(`it is paid for, and its voucher counts as ${row.voucherState}`);
  }
}

/** Final and with nothing left to void; a delayed one that waits for its order; or brought to a person. */
function hasEnded(story: RedemptionStory, row: RedemptionRow | undefined): boolean {
  if (story.openFlags.length > 0) return true;
  if (story.status === 'reserved')
    return story.isDelayed && row?.voucherState === 'issued' && !story.has('ReleaseStarted');
  const isFinal = story.isGivenBack || story.status === 'committed';
  return isFinal && (row?.voucherState !== 'orphaned' || story.wasResolved('accept_loss'));
}

/** How many redemptions may come with each code, as far as the engine knows: what was voided, or never learnt, nobody comes with. */
function countBearers(rows: readonly RedemptionRow[]): ReadonlyMap<string, number> {
  const bearers = new Map<string, number>();
  for (const { code, voucherState } of rows) {
    if (code !== undefined && LIVE.has(voucherState)) bearers.set(code, (bearers.get(code) ?? 0) + 1);
  }
  return bearers;
}

function sharesCode({ code, voucherState }: RedemptionRow, bearers: ReadonlyMap<string, number>): boolean {
  return code !== undefined && LIVE.has(voucherState) && (bearers.get(code) ?? 0) > 1;
}

function countKeysOfCodes(provider: ReadonlyMap<string, ProvidersKey>): ReadonlyMap<string, number> {
  const keys = new Map<string, Set<string>>();
  for (const [key, { vouchers }] of provider) {
    for (const { code } of vouchers) keys.set(code, (keys.get(code) ?? new Set()).add(key));
  }
  return new Map([...keys].map(([code, of]) => [code, of.size]));
}
