import type pg from 'pg';
import { partsFor } from '../parted/part-count.js';
import { placesOf } from '../parted/part-places.js';
import { share } from '../parted/share.js';
import type { PutAside } from '../parted/spill-file.js';
import { readOrders, sourceNames } from './fold-sources.js';
import type { Folder } from './local-folder.js';
import type { StreamKey } from './stream-key.js';

export interface FoldOptions {
  /** In a transaction that sees the moment which is folded; it is ended when all is read. */
  readonly snapshot: pg.ClientBase;
  readonly folders: { readonly here: Folder; readonly threads: readonly Folder[] };
  readonly tables: readonly string[];
  /** `share` is between 0 and 1; events that are read count half. */
  readonly onProgress: (done: { readonly events: number; readonly streams: number; readonly share: number }) => void;
}

export interface FoldedStreams {
  readonly events: number;
  readonly streams: number;
  /** Those that are not folded to their end. */
  readonly unfinished: readonly StreamKey[];
}

const EXPORT_SNAPSHOT = 'SELECT pg_export_snapshot() AS id';

/**
 * Folds every stream from its first event into the shadow tables. All events are read once, as they lie in their table, and put aside by stream: a
 * walk in the order of the streams would look up a page for each.
 */
export async function foldAll({ snapshot, folders, tables, onProgress }: FoldOptions): Promise<FoldedStreams> {
  const { rows } = await snapshot.query<{ id: string }>(EXPORT_SNAPSHOT);
  const { orders, bytes } = await readOrders(snapshot);
  const all = [folders.here, ...folders.threads];
  const plan = { snapshotId: rows[0]?.id ?? '', parts: partsFor(bytes, all.length), tables };
  // Nobody waits for the others' threads to start. What goes wrong there is said when they are to work.
  const begun = new Map(all.map((folder) => [folder, folder.begin(plan)]));
  for (const beginning of begun.values()) beginning.catch(() => undefined);
  const putAside: PutAside[] = [];
  let [read, folded] = [0, 0];
  let [eventsRead, events, streams] = [0, 0, 0];
  const tell = (): void => {
    const done = Math.round((eventsRead + events) / 2);
    onProgress({ events: done, streams, share: (read / orders.length + folded / plan.parts) / 2 });
  };
  await share(folders, orders, async (folder, order, i) => {
    await begun.get(folder);
    const put = await folder.read(order);
    putAside[i] = put;
    if (order.source === 'events') eventsRead += put.rows;
    read += 1;
    tell();
  });
  await Promise.all(begun.values());
  // Vacuum has waited for long enough.
  await snapshot.query('COMMIT');
  const unfinished: StreamKey[] = [];
  const parts = Array.from({ length: plan.parts }, (_, part) => part);
  await share(folders, parts, async (folder, part) => {
    const result = await folder.fold(placesOf(part, sourceNames, orders, putAside));
    unfinished.push(...result.unfinished);
    events += result.events;
    streams += result.streams;
    folded += 1;
    tell();
  });
  await Promise.all(all.map((folder) => folder.end()));
  return { events, streams, unfinished };
}
