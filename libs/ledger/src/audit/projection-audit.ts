import { nextStep, redemptionIdOf, type Check, type Redemption, type Report } from '#domain';
import type { RowPart } from '../parted/row-part.js';
import { sourceIndex, type SourceName } from './audit-sources.js';
import {
  codeColumns,
  dialectColumns,
  flaggedColumns,
  keyColumns,
  orderColumns,
  ownKeyColumns,
  redemptionColumns,
  walletColumns,
} from './projected-columns.js';
import { differingColumn, ProjectedRow, storedValues, type Column } from './projected-row.js';
import type { KeyedEvent, StreamFold } from './stream-fold.js';
import { WantedRows } from './wanted-rows.js';

/** Tables of which a row that nothing is behind is superfluous. */
const tables = {
  wallets: { check: 'wallet_row', columns: walletColumns },
  keys: { check: 'command_key_row', columns: keyColumns },
  codes: { check: 'voucher_code_row', columns: codeColumns },
  flagged: { check: 'flagged_redemption_row', columns: flaggedColumns },
  dialects: { check: 'dialect_redemption_row', columns: dialectColumns },
  redemptions: { check: 'redemption_row', columns: redemptionColumns },
} as const satisfies Partial<Record<SourceName, { readonly check: Check; readonly columns: readonly Column<never>[] }>>;

type Table = keyof typeof tables;

/** Compares the inline projections with the folds of the streams: what is missing, different or superfluous is a finding. */
export class ProjectionAudit {
  constructor(
    private readonly part: RowPart,
    private readonly report: Report,
  ) {}

  /** @param number the stream's in the part. */
  compare(number: number, stream: StreamFold): void {
    this.compareWallet(number, stream);
    this.compareKeys(number, stream);
    this.compareCodes(number, stream);
    this.compareFlagged(number, stream);
    this.compareDialects(number, stream);
    this.compareOrders(number, stream);
    this.compareWork(number, stream);
    this.compareRedemptions(number, stream);
  }

  /** Of a stream that has no events. */
  findStrays(number: number): void {
    for (const table of Object.keys(tables) as Table[]) {
      for (const row of this.rowsOf(table, number)) this.superfluous(table, row);
    }
  }

  private compareWallet(number: number, stream: StreamFold): void {
    let isThere = false;
    for (const row of this.rowsOf('wallets', number)) {
      isThere = true;
      this.compareFacts('wallets', stream, undefined, { row, columns: walletColumns, fact: stream });
    }
    if (!isThere) this.missing('wallets', stream, undefined, 'a row of the wallet');
  }

  private compareKeys(number: number, stream: StreamFold): void {
    const { check, columns } = tables.keys;
    const seen = new Set<string>();
    const keyed: KeyedEvent[] = [];
    for (const one of stream.keyed) {
      const id = keyId(one);
      if (seen.has(id)) {
        const found = `${id} at version ${one.event.version}, too`;
        this.find(check, stream, redemptionIdOf(one.event), { expected: 'a key once', found });
      } else {
        seen.add(id);
        keyed.push(one);
      }
    }
    const wanted = new WantedRows(keyed, keyId);
    for (const row of this.rowsOf('keys', number)) {
      const place = wanted.find(
        (one) => differingColumn(row, ownKeyColumns, one) === undefined,
        () => storedValues(row, ownKeyColumns).join(' '),
      );
      if (place === undefined) {
        this.superfluous('keys', row);
        continue;
      }
      wanted.strikeOff(place);
      const fact = wanted.at(place);
      this.compareFacts('keys', stream, redemptionIdOf(fact.event), { row, columns, fact });
    }
    for (const one of wanted.left) {
      this.missing('keys', stream, redemptionIdOf(one.event), `a row of ${keyId(one)}`);
    }
  }

  private compareCodes(number: number, stream: StreamFold): void {
    const coded = this.redemptions(stream, (r) => r.voucher.code !== undefined);
    this.compareWhole('codes', number, stream, coded, 'a row of the redemption’s code');
  }

  private compareFlagged(number: number, stream: StreamFold): void {
    const flagged = this.redemptions(stream, (r) => r.flags.length > 0);
    this.compareWhole('flagged', number, stream, flagged, 'a row of the flagged redemption');
  }

  private compareDialects(number: number, stream: StreamFold): void {
    const named = this.redemptions(stream, (r) => r.dialectId !== undefined);
    this.compareWhole('dialects', number, stream, named, 'a row of the redemption’s number');
  }

  private compareRedemptions(number: number, stream: StreamFold): void {
    const { columns } = tables.redemptions;
    const wanted = this.redemptions(stream, () => true);
    for (const row of this.rowsOf('redemptions', number)) {
      const place = findById(wanted, row);
      if (place === undefined) {
        this.superfluous('redemptions', row);
        continue;
      }
      wanted.strikeOff(place);
      const fact = wanted.at(place);
      this.compareFacts('redemptions', stream, fact.id, { row, columns, fact });
    }
    for (const { id } of wanted.left) this.missing('redemptions', stream, id, 'a row of the redemption');
  }

  /** Tables all of whose columns are a key: a row with another value is another row. */
  private compareWhole(
    table: 'codes' | 'flagged' | 'dialects',
    number: number,
    stream: StreamFold,
    wanted: WantedRows<Redemption>,
    expected: string,
  ): void {
    const columns: readonly Column<Redemption>[] = tables[table].columns;
    for (const row of this.rowsOf(table, number)) {
      const place = findById(wanted, row);
      if (place !== undefined && differingColumn(row, columns, wanted.at(place)) === undefined) {
        wanted.strikeOff(place);
      } else {
        this.superfluous(table, row);
      }
    }
    for (const { id } of wanted.left) this.missing(table, stream, id, expected);
  }

  /** Orders of which nothing was committed are nobody's concern here. */
  private compareOrders(number: number, stream: StreamFold): void {
    if (stream.ordered.length === 0) return;
    const carried = new Set<string>();
    for (const row of this.rowsOf('orders', number)) {
      const [redemptionId, recoveryId, orderId] = storedValues(row, orderColumns);
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
  private compareWork(number: number, stream: StreamFold): void {
    const listed = new Set<string>();
    for (const row of this.rowsOf('work', number)) listed.add(row.id);
    for (const r of stream.audit.redemptions()) {
      if (listed.has(r.id) || nextStep(r, r.updatedAt).kind === 'none') continue;
      const expected = 'a row of the work that is owed';
      this.find('saga_work_row', stream, r.id, { expected, found: 'none' });
    }
  }

  private redemptions({ audit }: StreamFold, are: (r: Redemption) => boolean): WantedRows<Redemption> {
    return new WantedRows(audit.redemptions().filter(are), ({ id }) => id);
  }

  private *rowsOf(source: SourceName, number: number): Generator<ProjectedRow> {
    for (const batch of this.part.batches(number, sourceIndex[source])) {
      for (const at of batch.places) yield new ProjectedRow(batch, at);
    }
  }

  private compareFacts<F>(
    table: Table,
    stream: StreamFold,
    redemptionId: string | undefined,
    { row, columns, fact }: { readonly row: ProjectedRow; readonly columns: readonly Column<F>[]; readonly fact: F },
  ): void {
    const differing = differingColumn(row, columns, fact);
    if (differing !== undefined) this.find(tables[table].check, stream, redemptionId, differing);
  }

  private missing(table: Table, stream: StreamFold, redemptionId: string | undefined, expected: string): void {
    this.find(tables[table].check, stream, redemptionId, { expected, found: 'none' });
  }

  private superfluous(table: Table, row: ProjectedRow): void {
    const { check, columns } = tables[table];
    const found = storedValues(row, columns).join(' ').slice(0, FOUND_MAX);
    const { companyId, walletId } = row;
    this.report({ check, companyId, walletId, expected: 'no row without events behind it', found });
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

function keyId({ key }: KeyedEvent): string {
  return `${key.scope} ${key.keyDigest}`;
}

function findById(wanted: WantedRows<Redemption>, row: ProjectedRow): number | undefined {
  return wanted.find(
    ({ id }) => row.isId(id),
    () => row.id,
  );
}
