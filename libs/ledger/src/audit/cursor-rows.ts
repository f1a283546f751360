import type pg from 'pg';

export interface CursorQuery {
  /** A name for the cursor, its own in this transaction. */
  readonly name: string;
  readonly select: string;
  readonly values: readonly unknown[];
  readonly rowsAtOnce: number;
}

/** The rows of a long query, as arrays, page by page. The connection is in a transaction, and may be asked other things in between. */
export async function* cursorRows<Row extends readonly unknown[]>(
  client: pg.ClientBase,
  { name, select, values, rowsAtOnce }: CursorQuery,
): AsyncGenerator<readonly Row[]> {
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${select}`, [...values]);
  const text = `FETCH ${rowsAtOnce} FROM ${name}`;
  for (;;) {
    const { rows } = await client.query<Row & unknown[]>({ text, rowMode: 'array' });
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query(`CLOSE ${name}`);
}
