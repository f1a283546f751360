import type pg from 'pg';
import { copyOut } from '../feed/copy-out.js';
import { partOf, type RowFormat } from './row-format.js';
import type { SpillFile, Stretches } from './spill-file.js';

/**
 * Puts the rows of a COPY aside, by the stream they belong to.
 *
 * @returns where they are, by part; and how many there were.
 * @throws SpillError
 */
export async function partRows(
  client: pg.ClientBase,
  statement: string,
  format: RowFormat,
  { spill, parts }: { readonly spill: SpillFile; readonly parts: number },
): Promise<{ readonly stretches: Stretches; readonly rows: number }> {
  let rows = 0;
  for await (const { bytes, places, ends, length } of copyOut(client, statement)) {
    for (let i = 0; i < length; i++) {
      const row = places[i] as number;
      const part = parts === 1 ? 0 : partOf(format.walletEnd(bytes, row), parts);
      spill.add(part, bytes, row, ends[i] as number);
    }
    rows += length;
  }
  return { stretches: spill.cut(), rows };
}
