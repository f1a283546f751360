import { parentPort, workerData } from 'node:worker_threads';
import { connectAsOwner } from './owner-connection.js';
import { LocalFolder } from './local-folder.js';
import { asRebuildError } from './rebuild-error.js';
import type { FoldOrder, FoldAnswer } from './thread-folder.js';

// The program of a thread that folds slices: one order, one answer.
const { connectionString } = workerData as { readonly connectionString: string };
const folder = new LocalFolder(() => connectAsOwner(connectionString));

parentPort?.on('message', (order: FoldOrder) => {
  void answer(order).then((message) => parentPort?.postMessage(message));
});

async function answer({ slice, tables }: FoldOrder): Promise<FoldAnswer> {
  try {
    return { folded: await folder.fold(slice, tables) };
  } catch (error) {
    const { name, message } = asRebuildError(error) as Error;
    return { failure: { name, message } };
  }
}
