import type pg from 'pg';
import { copyEach } from '../feed/copy-out.js';
import { LENGTH_BYTES, UUID_BYTES, WALLET } from '../feed/stream-columns.js';
import { partOf } from './part-of.js';
import type { PutAside, SpillFile } from './spill-file.js';

const WALLET_END = WALLET + UUID_BYTES - LENGTH_BYTES;

/**
 * Puts the rows of a `COPY … (FORMAT binary)` aside, by the stream that their first two columns name.
 *
 * @returns where they are, by part; and how many there were.
 * @throws SpillError
 */
export async function partRows(
  client: pg.ClientBase,
  statement: string,
  { spill, parts }: { readonly spill: SpillFile; readonly parts: number },
): Promise<PutAside> {
  let rows = 0;
  await copyEach(client, statement, (batch) => {
    const { bytes, places, ends, length } = batch;
    for (let i = 0; i < length; i++) {
      const row = places[i] as number;
      spill.add(partOf(batch.int32(row + WALLET_END), parts), bytes, row, ends[i] as number);
    }
    rows += length;
  });
  return { stretches: spill.cut(), rows };
}
