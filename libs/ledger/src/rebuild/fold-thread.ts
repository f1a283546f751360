import { workerData } from 'node:worker_threads';
import { answerOrders } from '../parted/asked-thread.js';
import { LocalFolder } from './local-folder.js';
import { connectAsOwner } from './owner-connection.js';
import { asRebuildError } from './rebuild-error.js';
import type { FoldOrder, ThreadData } from './thread-folder.js';

// The program of a thread that folds parts: one order, one answer.
const { connectionString } = workerData as ThreadData;
const folder = new LocalFolder(() => connectAsOwner(connectionString));

answerOrders((order: FoldOrder) =>
  done(order).catch((error: unknown) => {
    throw asRebuildError(error);
  }),
);

async function done(order: FoldOrder): Promise<unknown> {
  if ('begin' in order) return folder.begin(order.begin);
  if ('read' in order) return folder.read(order.read);
  if ('fold' in order) return folder.fold(order.fold);
  return folder.end();
}
