import { nextStep, redemptionIdOf, type Check, type Redemption, type Report } from '#domain';
import type { RowPart } from '../parted/row-part.js';
import { sourceIndex, type SourceName } from './audit-sources.js';
import { markColumns, ownKeyColumns, type MarkKind } from './projected-columns.js';
import { differingColumn, ProjectedRow, storedValues, type Column } from './projected-row.js';
import { keys, markKinds, marks, redemptions, wallets, type MarkTable, type Table } from './projection-tables.js';
import type { KeyedEvent, StreamFold } from './stream-fold.js';
import { WantedRows } from './wanted-rows.js';

/** Compares the inline projections with the folds of the streams: what is missing, different or superfluous is a finding. */
export class ProjectionAudit {
  constructor(
    private readonly part: RowPart,
    private readonly report: Report,
  ) {}

  /** @param number the stream's in the part. */
  compare(number: number, stream: StreamFold): void {
    const folded = stream.audit.redemptions();
    this.compareWallet(number, stream);
    this.compareKeys(number, stream);
    this.compareMarks(number, stream, folded);
    this.compareWork(number, stream, folded);
    this.compareRedemptions(number, stream, folded);
  }

  /** Of a stream that has no events. */
  findStrays(number: number): void {
    for (const row of this.rowsOf('wallets', number)) this.superfluous(wallets, row);
    for (const row of this.rowsOf('keys', number)) this.superfluous(keys, row);
    for (const row of this.rowsOf('redemptions', number)) this.superfluous(redemptions, row);
    for (const row of this.rowsOf('marks', number)) {
      const kind = row.textBehindId as MarkKind;
      if (kind !== 'order') this.superfluous(marks[kind], row);
    }
  }

  private compareWallet(number: number, stream: StreamFold): void {
    let isThere = false;
    for (const row of this.rowsOf('wallets', number)) {
      isThere = true;
      this.compareFacts(wallets, stream, undefined, { row, fact: stream });
    }
    if (!isThere) this.missing(wallets, stream, undefined, 'a row of the wallet');
  }

  private compareKeys(number: number, stream: StreamFold): void {
    const seen = new Set<string>();
    const keyed: KeyedEvent[] = [];
    for (const one of stream.keyed) {
      const id = keyId(one);
      if (seen.has(id)) {
        const found = `${id} at version ${one.event.version}, too`;
        this.find(keys.check, stream, redemptionIdOf(one.event), { expected: 'a key once', found });
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
        this.superfluous(keys, row);
        continue;
      }
      wanted.strikeOff(place);
      const fact = wanted.at(place);
      this.compareFacts(keys, stream, redemptionIdOf(fact.event), { row, fact });
    }
    for (const one of wanted.left) {
      this.missing(keys, stream, redemptionIdOf(one.event), `a row of ${keyId(one)}`);
    }
  }

  private compareMarks(number: number, stream: StreamFold, folded: readonly Redemption[]): void {
    const wanted = markKinds.map((kind) => byId(folded.filter(marks[kind].has)));
    const carried = new Set<string>();
    for (const row of this.rowsOf('marks', number)) {
      const kind = row.textBehindId as MarkKind;
      if (kind === 'order') {
        const [redemptionId, , orderId, , recoveryId] = storedValues(row, markColumns);
        carried.add(`${redemptionId} ${orderId}`).add(`${recoveryId} ${orderId}`);
      } else {
        this.strikeOff(row, marks[kind], wanted[markKinds.indexOf(kind)] as WantedRows<Redemption>);
      }
    }
    for (const [i, { left }] of wanted.entries()) {
      const table = marks[markKinds[i] as keyof typeof marks];
      for (const { id } of left) this.missing(table, stream, id, table.expected);
    }
    this.compareOrders(stream, carried);
  }

  private strikeOff(row: ProjectedRow, table: MarkTable, wanted: WantedRows<Redemption>): void {
    const place = findById(wanted, row);
    if (place !== undefined && differingColumn(row, table.columns, wanted.at(place)) === undefined) {
      wanted.strikeOff(place);
    } else {
      this.superfluous(table, row);
    }
  }

  /** Orders of which nothing was committed are nobody's concern here. */
  private compareOrders({ companyId, walletId, ordered }: StreamFold, carried: ReadonlySet<string>): void {
    for (const { version, redemptionId, orderId } of ordered) {
      if (carried.has(`${redemptionId} ${orderId}`)) continue;
      const expected = `the order ${orderId} with this redemption’s code`;
      this.report({ check: 'order', companyId, walletId, version, redemptionId, expected, found: 'none' });
    }
  }

  /** Work that is left over does no harm: whoever looks finds that nothing is owed. */
  private compareWork(number: number, stream: StreamFold, folded: readonly Redemption[]): void {
    const listed = new Set<string>();
    for (const row of this.rowsOf('work', number)) listed.add(row.id);
    for (const r of folded) {
      if (listed.has(r.id) || nextStep(r, r.updatedAt).kind === 'none') continue;
      const expected = 'a row of the work that is owed';
      this.find('saga_work_row', stream, r.id, { expected, found: 'none' });
    }
  }

  private compareRedemptions(number: number, stream: StreamFold, folded: readonly Redemption[]): void {
    const wanted = byId(folded);
    for (const row of this.rowsOf('redemptions', number)) {
      const place = findById(wanted, row);
      if (place === undefined) {
        this.superfluous(redemptions, row);
        continue;
      }
      wanted.strikeOff(place);
      const fact = wanted.at(place);
      this.compareFacts(redemptions, stream, fact.id, { row, fact });
    }
    for (const { id } of wanted.left) this.missing(redemptions, stream, id, 'a row of the redemption');
  }

  private *rowsOf(source: SourceName, number: number): Generator<ProjectedRow> {
    for (const batch of this.part.batches(number, sourceIndex[source])) {
      for (const at of batch.places) yield new ProjectedRow(batch, at);
    }
  }

  private compareFacts<F>(
    { check, columns }: { readonly check: Check; readonly columns: readonly Column<F>[] },
    stream: StreamFold,
    redemptionId: string | undefined,
    { row, fact }: { readonly row: ProjectedRow; readonly fact: F },
  ): void {
    const differing = differingColumn(row, columns, fact);
    if (differing !== undefined) this.find(check, stream, redemptionId, differing);
  }

  private missing({ check }: Table, stream: StreamFold, redemptionId: string | undefined, expected: string): void {
    this.find(check, stream, redemptionId, { expected, found: 'none' });
  }

  private superfluous({ check, columns }: Table, row: ProjectedRow): void {
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

function byId(wanted: readonly Redemption[]): WantedRows<Redemption> {
  return new WantedRows(wanted, ({ id }) => id);
}

function findById(wanted: WantedRows<Redemption>, row: ProjectedRow): number | undefined {
  return wanted.find(
    ({ id }) => row.isId(id),
    () => row.id,
  );
}
