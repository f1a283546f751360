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
import type pg from 'pg';
import { hex } from '../columns.js';
import { lineOf, OrderedRows, type OrderedRow } from './ordered-rows.js';
import {
  CODE_ROWS,
  DIALECT_ROWS,
  FLAGGED_ROWS,
  KEY_ROWS,
  ORDER_ROWS,
  REDEMPTION_ROWS,
  WALLET_ROWS,
  WORK_ROWS,
} from './projection-statements.js';
import type { KeyedEvent, StreamFold } from './stream-fold.js';

/** What a row says of one thing: named values, so that a finding can name the first that is wrong. */
type Facts = readonly (readonly [name: string, value: string | null | undefined])[];

/** What is read beside the events, a connection for each. */
const selects = {
  wallets: WALLET_ROWS,
  redemptions: REDEMPTION_ROWS,
  keys: KEY_ROWS,
  codes: CODE_ROWS,
  flagged: FLAGGED_ROWS,
  dialects: DIALECT_ROWS,
  orders: ORDER_ROWS,
  work: WORK_ROWS,
};

type Sources = Readonly<Record<keyof typeof selects, OrderedRows>>;

/** Connections that the comparison needs. */
export const COMPARING_CONNECTIONS = Object.keys(selects).length;

/**
 * Compares the inline projections with the folds of the streams, both in the order of the streams, rows as they arrive:
 * what is missing, different or superfluous is a finding.
 */
export class ProjectionAudit {
  private constructor(
    private readonly report: Report,
    private readonly straysAreFindings: boolean,
    private readonly sources: Sources,
  ) {}

  /**
   * The connections, `COMPARING_CONNECTIONS` of them, are each in a transaction that knows the range, and used by nobody else.
   * @param everyStream whether all streams of the range will come: a row of a stream that never comes is superfluous then.
   */
  static async open(clients: readonly pg.ClientBase[], report: Report, everyStream: boolean): Promise<ProjectionAudit> {
    const opened = await Promise.all(
      Object.entries(selects).map(async ([name, select], i) => [
        name,
        await OrderedRows.open(clients[i] as pg.ClientBase, select),
      ]),
    );
    return new ProjectionAudit(report, everyStream, Object.fromEntries(opened) as Sources);
  }

  /** Streams come in order, each once. */
  async compare(stream: StreamFold): Promise<void> {
    await this.compareWallet(stream);
    await this.compareKeys(stream);
    await this.compareByRedemption(stream);
    await this.compareDialects(stream);
    await this.compareOrders(stream);
    await this.compareWork(stream);
    await this.compareRedemptions(stream);
  }

  /** Whatever rows are left belong to no stream. */
  async finish(): Promise<void> {
    const none = { companyId: Number.POSITIVE_INFINITY, walletId: '' };
    const nobody = (): void => undefined;
    await this.rowsOf(this.sources.wallets, 'wallet_row', none, nobody);
    await this.rowsOf(this.sources.keys, 'command_key_row', none, nobody);
    await this.rowsOf(this.sources.codes, 'voucher_code_row', none, nobody);
    await this.rowsOf(this.sources.flagged, 'flagged_redemption_row', none, nobody);
    await this.rowsOf(this.sources.dialects, 'dialect_redemption_row', none, nobody);
    await this.rowsOf(this.sources.redemptions, 'redemption_row', none, nobody);
  }

  private async compareWallet(stream: StreamFold): Promise<void> {
    let isThere = false;
    await this.rowsOf(this.sources.wallets, 'wallet_row', stream, (row) => {
      isThere = true;
      this.compareFacts('wallet_row', stream, undefined, walletFacts(stream), row, 0);
    });
    if (!isThere) this.missing('wallet_row', stream, undefined, 'a row of the wallet');
  }

  private async compareKeys(stream: StreamFold): Promise<void> {
    const left = new Map<string, KeyedEvent>();
    for (const keyed of stream.keyed) {
      const id = `${keyed.key.scope}\n${keyed.key.keyDigest}`;
      if (left.has(id)) {
        this.find('command_key_row', stream, redemptionIdOf(keyed.event), {
          expected: 'a key once',
          found: `${keyed.key.scope} ${keyed.key.keyDigest} at version ${keyed.event.version}, too`,
        });
      }
      left.set(id, left.get(id) ?? keyed);
    }
    await this.rowsOf(this.sources.keys, 'command_key_row', stream, (row) => {
      const [scope, keyDigest, , , redemptionId] = row.values;
      const id = `${scope}\n${keyDigest}`;
      const keyed = left.get(id);
      if (keyed === undefined) return this.superfluous('command_key_row', row);
      left.delete(id);
      this.compareFacts('command_key_row', stream, redemptionId ?? undefined, keyFacts(keyed), row, 2);
    });
    for (const { key, event } of left.values()) {
      this.missing('command_key_row', stream, redemptionIdOf(event), `a row of ${key.scope} ${key.keyDigest}`);
    }
  }

  private async compareByRedemption(stream: StreamFold): Promise<void> {
    const { redemptions } = stream.audit;
    const coded = new Set<string>();
    const flagged = new Set<string>();
    for (const r of redemptions.values()) {
      if (r.voucher.code !== undefined) coded.add(r.id);
      if (r.flags.length > 0) flagged.add(r.id);
    }
    await this.rowsOf(this.sources.codes, 'voucher_code_row', stream, (row) => {
      const { id } = row;
      if (row.values[1] !== redemptions.get(id)?.voucher.code?.digest) return this.superfluous('voucher_code_row', row);
      coded.delete(id);
    });
    await this.rowsOf(this.sources.flagged, 'flagged_redemption_row', stream, (row) => {
      if (!flagged.delete(row.id)) this.superfluous('flagged_redemption_row', row);
    });
    for (const id of coded) this.missing('voucher_code_row', stream, id, 'a row of the redemption’s code');
    for (const id of flagged) this.missing('flagged_redemption_row', stream, id, 'a row of the flagged redemption');
  }

  private async compareDialects(stream: StreamFold): Promise<void> {
    const { redemptions } = stream.audit;
    const named = new Set<string>();
    for (const r of redemptions.values()) if (r.dialectId !== undefined) named.add(r.id);
    await this.rowsOf(this.sources.dialects, 'dialect_redemption_row', stream, (row) => {
      const r = redemptions.get(row.id);
      const isSo = r?.dialectId !== undefined && row.endsWith(1, lineOf([r.dialect, String(r.dialectId)]));
      if (!isSo || !named.delete(row.id)) this.superfluous('dialect_redemption_row', row);
    });
    for (const id of named) this.missing('dialect_redemption_row', stream, id, 'a row of the redemption’s number');
  }

  /** Orders of which nothing was committed are nobody's concern here. */
  private async compareOrders(stream: StreamFold): Promise<void> {
    const carried = new Set<string>();
    await this.orderedRows(this.sources.orders, stream, (row) => {
      const [redemptionId, recoveryId, orderId] = row.values;
      carried.add(`${redemptionId} ${orderId}`).add(`${recoveryId} ${orderId}`);
    });
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
  private async compareWork(stream: StreamFold): Promise<void> {
    const listed = new Set<string>();
    await this.orderedRows(this.sources.work, stream, (row) => void listed.add(row.id));
    for (const r of stream.audit.redemptions.values()) {
      if (nextStep(r, r.updatedAt).kind === 'none' || listed.has(r.id)) continue;
      this.missing('saga_work_row', stream, r.id, 'a row of the work that is owed');
    }
  }

  private async compareRedemptions(stream: StreamFold): Promise<void> {
    const left = stream.audit.redemptions;
    await this.rowsOf(this.sources.redemptions, 'redemption_row', stream, (row) => {
      const { id } = row;
      const redemption = left.get(id);
      if (redemption === undefined) return this.superfluous('redemption_row', row);
      left.delete(id);
      this.compareFacts('redemption_row', stream, id, redemptionFacts(redemption), row, 1);
    });
    for (const id of left.keys()) this.missing('redemption_row', stream, id, 'a row of the redemption');
  }

  /** Hands over the stream's own rows; those of streams before it that never came are superfluous. */
  private rowsOf(
    source: OrderedRows,
    check: Check,
    stream: Pick<StreamFold, 'companyId' | 'walletId'>,
    own: (row: OrderedRow) => void,
  ): Promise<void> {
    const stray = this.straysAreFindings ? (row: OrderedRow): void => this.superfluous(check, row) : undefined;
    return this.orderedRows(source, stream, own, stray);
  }

  private async orderedRows(
    source: OrderedRows,
    stream: Pick<StreamFold, 'companyId' | 'walletId'>,
    own: (row: OrderedRow) => void,
    stray?: (row: OrderedRow) => void,
  ): Promise<void> {
    for (;;) {
      const peeked = source.peek();
      const row = peeked instanceof Promise ? await peeked : peeked;
      if (row === undefined) return;
      const order = row.companyId - stream.companyId || compareText(row.walletId, stream.walletId);
      if (order > 0) return;
      source.take();
      if (order === 0) own(row);
      else stray?.(row);
    }
  }

  /** The row's values behind the first `skipped`. */
  private compareFacts(
    check: Check,
    stream: StreamFold,
    redemptionId: string | undefined,
    facts: Facts,
    row: OrderedRow,
    skipped: number,
  ): void {
    if (row.endsWith(skipped, lineOf(facts.map(([, value]) => value)))) return;
    const values = row.values.slice(skipped);
    for (let i = 0; i < facts.length; i++) {
      const [name, value = null] = facts[i] as Facts[number];
      const stored = values[i] ?? null;
      if (stored === value) continue;
      this.find(check, stream, redemptionId, { expected: `${name} ${value}`, found: `${name} ${stored}` });
      return;
    }
  }

  private missing(check: Check, stream: StreamFold, redemptionId: string | undefined, expected: string): void {
    this.find(check, stream, redemptionId, { expected, found: 'none' });
  }

  private superfluous(check: Check, { companyId, walletId, values }: OrderedRow): void {
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

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

const ZEROS = /\.?0*Z$/;

/** A moment as the server writes it in UTC. */
function serverTime(at: Instant | undefined): string | null {
  return at === undefined ? null : `${formatInstant(at).replace('T', ' ').replace(ZEROS, '')}+00`;
}

/** As the columns of `WALLET_ROWS`, from the third. */
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

/** As the columns of `REDEMPTION_ROWS`, from the fourth. */
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

/** As the columns of `KEY_ROWS`, from the fifth. A key that opened a redemption finds all through that; any other knows its first event. */
function keyFacts({ key, event }: KeyedEvent): Facts {
  const opened = event.type === 'RedemptionRequested' && event.data.recoversRedemptionId === undefined;
  return [
    ['command_digest', key.commandDigest],
    ['command_id', event.causationId],
    ['redemption_id', redemptionIdOf(event)],
    ['version', opened ? null : String(event.version)],
  ];
}
