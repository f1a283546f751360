import type { Instant, LedgerEvent, Redemption, StreamHead } from '#domain';
import type { Column } from './columns.js';
import type { CopyRows } from './copy-rows.js';

/** What a run of a stream's events did to one redemption. */
export interface RedemptionChange {
  readonly before: Redemption | undefined;
  readonly after: Redemption;
  /** When it was flagged, if a flag among these events was its first. */
  readonly flaggedAt: Instant | undefined;
}

/** What consecutive events of one stream did: all there ever were, or those since the projections were last folded. */
export interface StreamChange {
  readonly companyId: number;
  readonly walletId: string;
  readonly customerId: string;
  readonly openedAt: Instant;
  /** The fold up to and with the newest of the events. */
  readonly head: StreamHead;
  readonly events: readonly LedgerEvent[];
  readonly redemptions: readonly RedemptionChange[];
}

/**
 * A table that is folded from events and may be thrown away. The fold is pure: from what happened in a stream it says which rows stand
 * now, each replacing the one under its key, and which are gone. A rebuild needs nothing else of it.
 */
export interface Projection {
  /** The table's name, and the projection's. */
  readonly table: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Columns whose values are summed: rows add to the one under their key instead of replacing it. */
  readonly sums: readonly string[];
  /** @throws MisfitError where an event names what the table can't hold. */
  writeRows(rows: CopyRows, change: StreamChange): void;
  /** Rows that stood before and no longer do. */
  writeGone(rows: CopyRows, change: StreamChange): void;
}

export interface ProjectionDefinition<Row> {
  readonly table: string;
  readonly key: readonly string[];
  /** How a row's columns follow from it, by the columns' names. */
  readonly columns: Readonly<Record<string, Column<Row>>>;
  /** Left out where rows replace each other, as of most projections. */
  readonly sums?: readonly string[];
  readonly rowsOf: (change: StreamChange) => readonly Row[];
  /** Left out where a projection only grows. */
  readonly goneOf?: (change: StreamChange) => readonly Row[];
}

export function projection<Row>({
  table,
  key,
  columns,
  sums = [],
  rowsOf,
  goneOf,
}: ProjectionDefinition<Row>): Projection {
  const writers = Object.values(columns);
  const write = (rows: CopyRows, written: readonly Row[]): void => {
    for (let i = 0; i < written.length; i++) {
      rows.row(writers.length);
      for (let j = 0; j < writers.length; j++) (writers[j] as Column<Row>)(rows, written[i] as Row);
    }
  };
  return {
    table,
    key,
    columns: Object.keys(columns),
    sums,
    writeRows: (rows, change) => write(rows, rowsOf(change)),
    writeGone: (rows, change) => write(rows, goneOf?.(change) ?? []),
  };
}
