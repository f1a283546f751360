import {
  encodeRedemption,
  foldCounters,
  nextStep,
  type Instant,
  type LedgerEvent,
  type Redemption,
  type Wallet,
} from '#domain';
import { redemptionIdOf } from '#domain';
import type pg from 'pg';

/** What the streams fold to: what the projections should hold, no more and no less. */
export interface Expected {
  /** By company and wallet. */
  readonly wallets: Map<string, { readonly wallet: Wallet; readonly hash: Uint8Array }>;
  /** By company and redemption. */
  readonly redemptions: Map<string, FoldedRedemption>;
  /** The first event of each keyed command, by company, scope and digest. */
  readonly keys: Map<string, LedgerEvent>;
}

interface FoldedRedemption {
  readonly companyId: number;
  readonly walletId: string;
  readonly redemption: Redemption;
}

const READ_WALLETS = `
  SELECT company_id || ':' || id AS id, concat_ws(' ', version, encode(head_hash, 'hex'), available, reserved, burned, expired,
         earned, adjusted_up, adjusted_down, earn_reversed) AS content FROM wallet`;

const READ_REDEMPTIONS = `
  SELECT company_id || ':' || id AS id,
         concat_ws(' ', wallet_id, status, reward_option_id, points_committed, points_reversed, state) AS content
  FROM redemption`;

const READ_KEYS = `
  SELECT company_id || ' ' || scope || ' ' || key_digest AS id,
         concat_ws(' ', command_digest, command_id, wallet_id, coalesce(redemption_id::text, '-'), coalesce(version::text, '-')) AS content
  FROM command_key`;

const READ_CODES = `SELECT company_id || ':' || redemption_id AS id, digest AS content FROM voucher_code`;

const READ_FLAGGED = `SELECT company_id || ':' || redemption_id AS id, 'flagged' AS content FROM flagged_redemption`;

/** A counter at 0 is as good as none: its row stays when everything has been given back. */
const READ_COUNTERS = `SELECT company_id || ' ' || counter AS id, taken::text AS content FROM option_counter WHERE taken <> 0`;

const READ_WORK = `SELECT company_id || ':' || redemption_id AS id, wallet_id::text AS content FROM saga_work`;

/** Names every row that is missing, superfluous, or different from what the streams say. */
export async function compareProjections(
  client: pg.ClientBase,
  { wallets, redemptions, keys }: Expected,
): Promise<readonly string[]> {
  const folded = [...redemptions];
  const only = (is: (r: Redemption) => boolean, contentOf: (f: FoldedRedemption) => string): Map<string, string> =>
    new Map(folded.filter(([, f]) => is(f.redemption)).map(([id, f]) => [id, contentOf(f)]));
  const compare = async (table: string, statement: string, wanted: ReadonlyMap<string, string>): Promise<string[]> => {
    const { rows } = await client.query<{ id: string; content: string }>(statement);
    return differences(table, new Map(rows.map(({ id, content }) => [id, content])), wanted);
  };
  return [
    ...(await compare('wallet', READ_WALLETS, new Map([...wallets].map(([id, one]) => [id, walletContent(one)])))),
    ...(await compare(
      'redemption',
      READ_REDEMPTIONS,
      only(() => true, redemptionContent),
    )),
    ...(await compare('command_key', READ_KEYS, new Map([...keys].map(([id, event]) => [id, keyContent(event)])))),
    ...(await compare(
      'voucher_code',
      READ_CODES,
      only(
        (r) => r.voucher.code !== undefined,
        ({ redemption }) => redemption.voucher.code?.digest ?? '',
      ),
    )),
    ...(await compare(
      'flagged_redemption',
      READ_FLAGGED,
      only(
        (r) => r.flags.length > 0,
        () => 'flagged',
      ),
    )),
    ...(await compare('option_counter', READ_COUNTERS, countersOf(folded))),
    ...(await compare(
      'saga_work',
      READ_WORK,
      only(owesAStep, ({ walletId }) => walletId),
    )),
  ];
}

function differences(table: string, found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): string[] {
  const findings: string[] = [];
  for (const [id, content] of wanted) {
    if (!found.has(id)) findings.push(`${table} ${id}: missing`);
    else if (found.get(id) !== content) findings.push(`${table} ${id}: is ${found.get(id)}, should be ${content}`);
  }
  for (const id of found.keys()) if (!wanted.has(id)) findings.push(`${table} ${id}: superfluous`);
  return findings;
}

function walletContent({ wallet: w, hash }: { readonly wallet: Wallet; readonly hash: Uint8Array }): string {
  const sums = [w.available, w.reserved, w.burned, w.expired, w.earned, w.adjustedUp, w.adjustedDown, w.earnReversed];
  return [w.version, Buffer.from(hash).toString('hex'), ...sums].join(' ');
}

function redemptionContent({ walletId, redemption: r }: FoldedRedemption): string {
  return [walletId, r.status, r.rewardOptionId, r.committed, r.reversed, encodeRedemption(r)].join(' ');
}

/** A key that opened a redemption finds everything through that; any other knows its first event. */
function keyContent(event: LedgerEvent): string {
  const opened = event.type === 'RedemptionRequested' && event.data.recoversRedemptionId === undefined;
  const version = opened ? '-' : `${event.version}`;
  return [event.key?.commandDigest, event.causationId, event.walletId, redemptionIdOf(event) ?? '-', version].join(' ');
}

function countersOf(folded: readonly (readonly [string, FoldedRedemption])[]): Map<string, string> {
  const companies = new Set(folded.map(([, { companyId }]) => companyId));
  const counters = [...companies].flatMap((company) => {
    const own = folded.filter(([, { companyId }]) => companyId === company);
    const taken = foldCounters(own.map(([, { redemption }]) => redemption));
    return [...taken].map(([counter, count]): [string, string] => [`${company} ${counter}`, String(count)]);
  });
  return new Map(counters);
}

/** The end of time: what will ever be owed is owed by then. */
const END = Number.MAX_SAFE_INTEGER as Instant;

function owesAStep(r: Redemption): boolean {
  return nextStep(r, END).kind !== 'none';
}
