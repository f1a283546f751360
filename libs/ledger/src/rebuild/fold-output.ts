import type pg from 'pg';
import { CopyRows } from '../projections/copy-rows.js';
import type { Projection, StreamChange } from '../projections/projection.js';
import { copyIn } from './copy-in.js';
import { SHADOW } from './shadow-tables.js';

/** Rows go out when there is so much of them. */
const BYTES_HELD_MAX = 8_000_000;

/** The rows of folded streams, by table, until they are written to the shadow tables. */
export class FoldOutput {
  private readonly tables;

  constructor(projections: readonly Projection[]) {
    this.tables = projections.map((projection) => ({
      projection,
      statement: `COPY ${SHADOW}.${projection.table} (${projection.columns.join(', ')}) FROM STDIN (FORMAT binary)`,
      rows: new CopyRows(),
    }));
  }

  get isFull(): boolean {
    return this.tables.reduce((sum, { rows }) => sum + rows.length, 0) >= BYTES_HELD_MAX;
  }

  add(change: StreamChange | undefined): void {
    if (change === undefined) return;
    for (const { projection, rows } of this.tables) projection.writeRows(rows, change);
  }

  async write(writer: pg.ClientBase): Promise<void> {
    await writer.query('BEGIN');
    for (const table of this.tables) {
      if (!table.rows.isEmpty) await copyIn(writer, table.statement, table.rows);
      table.rows = new CopyRows();
    }
    await writer.query('COMMIT');
  }
}
