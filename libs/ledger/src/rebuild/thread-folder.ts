import { Worker } from 'node:worker_threads';
import type { FoldedSlice } from './fold-slice.js';
import type { SliceFolder } from './local-folder.js';
import { RebuildError } from './rebuild-error.js';
import type { Slice } from './slices.js';

export interface FoldOrder {
  readonly slice: Slice;
  readonly tables: readonly string[];
}

export type FoldAnswer =
  { readonly folded: FoldedSlice } | { readonly failure: { readonly name: string; readonly message: string } };

/** A slice's rows are held until they are written. Without a limit V8 would let garbage grow to several times of what is in use. */
const YOUNG_MB = 48;
const OLD_MB = 256;

/** Folds in a thread of its own: decoding events is most of the work. */
export class ThreadFolder implements SliceFolder {
  private readonly thread: Worker;
  private settle: { resolve: (answer: FoldAnswer) => void; reject: (error: unknown) => void } | undefined;

  constructor(connectionString: string) {
    this.thread = new Worker(new URL('./fold-thread.js', import.meta.url), {
      workerData: { connectionString },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    this.thread.on('message', (answer: FoldAnswer) => this.settle?.resolve(answer));
    this.thread.on('error', (error) => this.settle?.reject(error));
  }

  async fold(slice: Slice, tables: readonly string[]): Promise<FoldedSlice> {
    const answer = await new Promise<FoldAnswer>((resolve, reject) => {
      this.settle = { resolve, reject };
      this.thread.postMessage({ slice, tables } satisfies FoldOrder);
    });
    if ('folded' in answer) return answer.folded;
    const { name, message } = answer.failure;
    throw name === 'RebuildError' ? new RebuildError(message) : new Error(`${name}: ${message}`);
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }
}
