import { AskedThread, type ThreadFailure } from '../parted/asked-thread.js';
import type { PartPlaces } from '../parted/part-places.js';
import type { PutAside } from '../parted/spill-file.js';
import type { FoldedPart } from './fold-part.js';
import type { ReadOrder } from './fold-sources.js';
import type { Folder, FoldPlan } from './local-folder.js';
import { RebuildError } from './rebuild-error.js';

/** What a thread is made with; it opens a connection of its own. */
export interface ThreadData {
  readonly connectionString: string;
}

export type FoldOrder =
  { readonly begin: FoldPlan } | { readonly read: ReadOrder } | { readonly fold: PartPlaces } | { readonly end: true };

/** Rows are held until they are written. Without a limit V8 would let garbage grow to several times of what is in use. */
const YOUNG_MB = 48;
const OLD_MB = 256;

/** Folds in a thread of its own: decoding events is most of the work. */
export class ThreadFolder implements Folder {
  private readonly thread: AskedThread<FoldOrder, unknown>;

  constructor(connectionString: string) {
    const workerData: ThreadData = { connectionString };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB };
    this.thread = new AskedThread(
      new URL('./fold-thread.js', import.meta.url),
      { workerData, resourceLimits },
      toError,
    );
  }

  async begin(plan: FoldPlan): Promise<void> {
    await this.thread.ask({ begin: plan });
  }

  async read(order: ReadOrder): Promise<PutAside> {
    return (await this.thread.ask({ read: order })) as PutAside;
  }

  async fold(places: PartPlaces): Promise<FoldedPart> {
    return (await this.thread.ask({ fold: places })) as FoldedPart;
  }

  async end(): Promise<void> {
    await this.thread.ask({ end: true });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

function toError({ name, message }: ThreadFailure): Error | undefined {
  return name === 'RebuildError' ? new RebuildError(message) : undefined;
}
