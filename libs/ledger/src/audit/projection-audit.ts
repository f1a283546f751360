import {
  encodeRedemption,
  formatInstant,
  isSettled,
  nextStep,
  redemptionIdOf,
  type Check,
  type Instant,
  type Redemption,
  type Report,
} from '#domain';
import { hex } from '../columns.js';
import { streamKey, type RowPart, type StreamRows } from '../parted/row-part.js';
import type { SourceName } from './audit-sources.js';
import { lineOf, ProjectedRow } from './projected-row.js';
import type { KeyedEvent, StreamFold } from './stream-fold.js';

/** What a row says of one thing: named values, so that a finding can name the first that is wrong. */
type Facts = readonly (readonly [name: string, value: string | null | undefined])[];

/** What is read beside the events. */
export type ProjectedRows = Readonly<Record<Exclude<SourceName, 'events'>, RowPart>>;

/** A row of these that belongs to no stream is superfluous. */
const strays = [
  ['wallets', 'wallet_row'],
  ['keys', 'command_key_row'],
  ['codes', 'voucher_code_row'],
  ['flagged', 'flagged_redemption_row'],
  ['dialects', 'dialect_redemption_row'],
  ['redemptions', 'redemption_row'],
] as const satisfies readonly (readonly [keyof ProjectedRows, Check])[];

type Place = Pick<StreamRows, 'companyId' | 'walletId'>;

/** Compares the inline projections with the folds of the streams: what is missing, different or superfluous is a finding. */
export class ProjectionAudit {
  constructor(
    private readonly parts: ProjectedRows,
    private readonly report: Report,
  ) {}

  compare(stream: StreamFold): void {
    this.compareWallet(stream);
    this.compareKeys(stream);
    this.compareByRedemption(stream);
    this.compareDialects(stream);
    this.compareOrders(stream);
    this.compareWork(stream);
    this.compareRedemptions(stream);
  }

  /** Of a stream that has no events. */
  findStrays(place: Place): void {
    for (const [source, check] of strays) {
      for (const row of this.rowsOf(source, place)) this.superfluous(check, row);
    }
  }

  private compareWallet(stream: StreamFold): void {
    let isThere = false;
    for (const row of this.rowsOf('wallets', stream)) {
      isThere = true;
      this.compareFacts('wallet_row', stream, () => undefined, walletFacts(stream), row, 0);
    }
    if (!isThere) this.missing('wallet_row', stream, undefined, 'a row of the wallet');
  }

  private compareKeys(stream: StreamFold): void {
    const left = new Map<string, KeyedEvent>();
    for (const keyed of stream.keyed) {
      const id = lineOf([keyed.key.scope, keyed.key.keyDigest]);
      if (left.has(id)) {
        this.find('command_key_row', stream, redemptionIdOf(keyed.event), {
          expected: 'a key once',
          found: `${keyed.key.scope} ${keyed.key.keyDigest} at version ${keyed.event.version}, too`,
        });
      }
      left.set(id, left.get(id) ?? keyed);
    }
    for (const row of this.rowsOf('keys', stream)) {
      const id = row.first(2);
      const keyed = left.get(id);
      if (keyed === undefined) {
        this.superfluous('command_key_row', row);
        continue;
      }
      left.delete(id);
      this.compareFacts('command_key_row', stream, () => row.values[4] ?? undefined, keyFacts(keyed), row, 2);
    }
    for (const { key, event } of left.values()) {
      this.missing('command_key_row', stream, redemptionIdOf(event), `a row of ${key.scope} ${key.keyDigest}`);
    }
  }

  private compareByRedemption(stream: StreamFold): void {
    const { redemptions } = stream.audit;
    const coded = new Set<string>();
    const flagged = new Set<string>();
    for (const r of redemptions.values()) {
      if (r.voucher.code !== undefined) coded.add(r.id);
      if (r.flags.length > 0) flagged.add(r.id);
    }
    for (const row of this.rowsOf('codes', stream)) {
      const { id } = row;
      const code = redemptions.get(id)?.voucher.code;
      if (code !== undefined && row.endsWith(1, code.digest)) coded.delete(id);
      else this.superfluous('voucher_code_row', row);
    }
    for (const row of this.rowsOf('flagged', stream)) {
      if (!flagged.delete(row.id)) this.superfluous('flagged_redemption_row', row);
    }
    for (const id of coded) this.missing('voucher_code_row', stream, id, 'a row of the redemption’s code');
    for (const id of flagged) this.missing('flagged_redemption_row', stream, id, 'a row of the flagged redemption');
  }

  private compareDialects(stream: StreamFold): void {
    const { redemptions } = stream.audit;
    const named = new Set<string>();
    for (const r of redemptions.values()) if (r.dialectId !== undefined) named.add(r.id);
    for (const row of this.rowsOf('dialects', stream)) {
      const r = redemptions.get(row.id);
      const isSo = r?.dialectId !== undefined && row.endsWith(1, lineOf([r.dialect, String(r.dialectId)]));
      if (!isSo || !named.delete(row.id)) this.superfluous('dialect_redemption_row', row);
    }
    for (const id of named) this.missing('dialect_redemption_row', stream, id, 'a row of the redemption’s number');
  }

  /** Orders of which nothing was committed are nobody's concern here. */
  private compareOrders(stream: StreamFold): void {
    const carried = new Set<string>();
    for (const row of this.rowsOf('orders', stream)) {
      const [redemptionId, recoveryId, orderId] = row.values;
      carried.add(`${redemptionId} ${orderId}`).add(`${recoveryId} ${orderId}`);
    }
    const { companyId, walletId } = stream;
    for (const { version, redemptionId, orderId } of stream.ordered) {
      if (carried.has(`${redemptionId} ${orderId}`)) continue;
      const place = { companyId, walletId, version, redemptionId };
      this.report({
        check: 'order',
        ...place,
        expected: `the order ${orderId} with this redemption’s code`,
        found: 'none',
      });
    }
  }

  /** Work that is left over does no harm: whoever looks finds that nothing is owed. */
  private compareWork(stream: StreamFold): void {
    const listed = new Set<string>();
    for (const row of this.rowsOf('work', stream)) listed.add(row.id);
    for (const r of stream.audit.redemptions.values()) {
      if (nextStep(r, r.updatedAt).kind === 'none' || listed.has(r.id)) continue;
      this.missing('saga_work_row', stream, r.id, 'a row of the work that is owed');
    }
  }

  private compareRedemptions(stream: StreamFold): void {
    const left = stream.audit.redemptions;
    for (const row of this.rowsOf('redemptions', stream)) {
      const { id } = row;
      const redemption = left.get(id);
      if (redemption === undefined) {
        this.superfluous('redemption_row', row);
        continue;
      }
      left.delete(id);
      this.compareFacts('redemption_row', stream, () => id, redemptionFacts(redemption), row, 1);
    }
    for (const id of left.keys()) this.missing('redemption_row', stream, id, 'a row of the redemption');
  }

  private *rowsOf(source: keyof ProjectedRows, place: Place): Generator<ProjectedRow> {
    const part = this.parts[source];
    const rows = part.stream(streamKey(place));
    if (rows === undefined) return;
    for (const { batch, places, lengths } of part.batches(rows)) {
      for (let i = 0; i < places.length; i++) {
        const at = places[i] as number;
        // The line's break is not the row's.
        yield new ProjectedRow(batch.text(at, at + (lengths[i] as number) - 1));
      }
    }
  }

  /** The row's values behind the first `skipped`. */
  private compareFacts(
    check: Check,
    stream: StreamFold,
    redemptionIdOfRow: () => string | undefined,
    facts: Facts,
    row: ProjectedRow,
    skipped: number,
  ): void {
    if (row.endsWith(skipped, lineOf(facts.map(([, value]) => value)))) return;
    const values = row.values.slice(skipped);
    for (let i = 0; i < facts.length; i++) {
      const [name, value = null] = facts[i] as Facts[number];
      const stored = values[i] ?? null;
      if (stored === value) continue;
      this.find(check, stream, redemptionIdOfRow(), { expected: `${name} ${value}`, found: `${name} ${stored}` });
      return;
    }
  }

  private missing(check: Check, stream: StreamFold, redemptionId: string | undefined, expected: string): void {
    this.find(check, stream, redemptionId, { expected, found: 'none' });
  }

  private superfluous(check: Check, { companyId, walletId, values }: ProjectedRow): void {
    const found = values.map((value) => value ?? 'null').join(' ');
    const place = { companyId, walletId };
    this.report({ check, ...place, expected: 'no row without events behind it', found: found.slice(0, FOUND_MAX) });
  }

  private find(
    check: Check,
    { companyId, walletId }: StreamFold,
    redemptionId: string | undefined,
    fact: { readonly expected: string; readonly found: string },
  ): void {
    this.report({ check, companyId, walletId, ...(redemptionId === undefined ? {} : { redemptionId }), ...fact });
  }
}

const FOUND_MAX = 200;

const ZEROS = /\.?0*Z$/;

/** A moment as the server writes it in UTC. */
function serverTime(at: Instant | undefined): string | null {
  return at === undefined ? null : `${formatInstant(at).replace('T', ' ').replace(ZEROS, '')}+00`;
}

/** As the columns of `selectWallets`, from the third. */
function walletFacts({ audit: { wallet, head }, openedAt, walletId }: StreamFold): Facts {
  return [
    ['version', String(wallet.version)],
    ['head_hash', `\\x${hex(head)}`],
    ['available', String(wallet.available)],
    ['reserved', String(wallet.reserved)],
    ['burned', String(wallet.burned)],
    ['expired', String(wallet.expired)],
    ['earned', String(wallet.earned)],
    ['adjusted_up', String(wallet.adjustedUp)],
    ['adjusted_down', String(wallet.adjustedDown)],
    ['earn_reversed', String(wallet.earnReversed)],
    ['last_occurred_at', serverTime(wallet.lastOccurredAt)],
    ['last_entry_at', serverTime(wallet.lastEntryAt)],
    ['created_at', serverTime(openedAt)],
    ['the wallet of its customer', walletId],
  ];
}

/** As the columns of `selectRedemptions`, from the fourth. */
function redemptionFacts(r: Redemption): Facts {
  return [
    ['status', r.status],
    ['reward_option_id', r.rewardOptionId],
    ['points_committed', String(r.committed)],
    ['points_reversed', String(r.reversed)],
    ['requested_at', serverTime(r.requestedAt)],
    ['first_version', String(r.firstVersion)],
    ['last_entry_version', r.lastEntryVersion?.toString()],
    ['state', encodeRedemption(r)],
    ['settled', isSettled(r) ? 't' : 'f'],
  ];
}

/** As the columns of `selectKeys`, from the fifth. A key that opened a redemption finds all through that; any other knows its first event. */
function keyFacts({ key, event }: KeyedEvent): Facts {
  const opened = event.type === 'RedemptionRequested' && event.data.recoversRedemptionId === undefined;
  return [
    ['command_digest', key.commandDigest],
    ['command_id', event.causationId],
    ['redemption_id', redemptionIdOf(event)],
    ['version', opened ? null : String(event.version)],
  ];
}
