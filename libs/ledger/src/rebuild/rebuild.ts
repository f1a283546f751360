import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeTurns } from '../parted/share.js';
import type { Projection } from '../projections/projection.js';
import { projections as all } from '../projections/registry.js';
import { CatchUp, isWrittenSince, readMark } from './catch-up.js';
import { foldAll } from './fold-all.js';
import { LocalFolder, type Folder } from './local-folder.js';
import { asRebuildError, RebuildError } from './rebuild-error.js';
import { createShadows, dropShadows, indexShadow, liveSchema } from './shadow-tables.js';
import type { StreamKey } from './stream-key.js';
import { swap } from './swap.js';

/** One rebuild at a time: a session that ends, however it ends, gives this up. */
const BEGIN_MS = 5_000;
const TRY_TO_BEGIN = `SELECT pg_try_advisory_lock(1213156420, 2) AS begun`;

/** What is written while a round is caught up; below this the rest is caught up behind closed gates. */
const STREAMS_LEFT_MAX = 200;
const ROUNDS_MAX = 20;
const SWAPS_MAX = 20;
const SWAP_PAUSE_MS = 250;

/** These hold the fold itself, from which the catching up goes on: they are folded beside whatever is asked for. */
const STATE = ['wallet', 'redemption'];

export type RebuildPhase = 'fold' | 'index' | 'catch up' | 'swap';

export interface RebuildProgress {
  readonly phase: RebuildPhase;
  readonly events: number;
  readonly streams: number;
  /** Between 0 and 1, of the phase. */
  readonly share: number;
}

export interface RebuildOptions {
  /** A new connection of the tables' owner, without limits of time. */
  readonly connect: () => Promise<pg.Client>;
  /** Tables to rebuild; all of them where it is left out. */
  readonly names?: readonly string[] | undefined;
  /** Fold beside this thread. */
  readonly threads?: readonly Folder[];
  readonly onProgress?: (progress: RebuildProgress) => void;
}

export interface RebuildReport {
  readonly events: number;
  readonly streams: number;
  readonly tables: readonly string[];
}

/**
 * Folds projections anew from all events, beside the live tables and while requests go on, and puts them in their place in one short
 * transaction. Interrupted at any moment, it has changed nothing that counts and can be started again.
 *
 * @throws RebuildError
 */
export async function rebuildProjections(options: RebuildOptions): Promise<RebuildReport> {
  const wanted = wantedOf(options.names);
  const folded = all.filter(({ table }) => wanted.includes(table) || STATE.includes(table));
  const [control, worker] = [await options.connect(), await options.connect()];
  try {
    await begin(control);
    return await new Rebuild(options, control, worker, folded).run(wanted);
  } catch (error) {
    throw asRebuildError(error);
  } finally {
    await Promise.all([control.end(), worker.end()]);
  }
}

/** The session of a rebuild that was killed may take a moment to notice. @throws RebuildError */
async function begin(control: pg.Client): Promise<void> {
  for (const untilMs = performance.now() + BEGIN_MS; ; await sleep(SWAP_PAUSE_MS)) {
    const { rows } = await control.query<{ begun: boolean }>(TRY_TO_BEGIN);
    if (rows[0]?.begun === true) return;
    if (performance.now() > untilMs) {
      throw new RebuildError('Projections are being rebuilt already: wait for that to end.');
    }
  }
}

function wantedOf(names: readonly string[] | undefined): readonly string[] {
  const known = all.map(({ table }) => table);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RebuildError(`There is no projection "${unknown}": say ${known.join(', ')}.`);
  return known.filter((table) => names?.includes(table) ?? true);
}

class Rebuild {
  private events = 0;
  private streams = 0;

  constructor(
    private readonly options: RebuildOptions,
    private readonly control: pg.Client,
    private readonly worker: pg.Client,
    private readonly folded: readonly Projection[],
  ) {}

  async run(wanted: readonly string[]): Promise<RebuildReport> {
    const { control, worker, folded } = this;
    const live = await liveSchema(control);
    await dropShadows(control);
    await createShadows(control, folded, live);
    let mark = await readMark(control);
    const unfinished = await this.foldAll();
    let indexed = 0;
    // Beside requests one at a time: the server makes an index as fast as it can, whoever else wants something.
    const indexers = (await isWrittenSince(control, mark)) ? [control] : [control, worker];
    await takeTurns(indexers, folded, async (client, projection) => {
      this.tell('index', indexed++ / folded.length);
      await indexShadow(client, projection, live);
    });
    const catchUp = await CatchUp.open(worker, folded);
    this.events += await catchUp.fold(unfinished);
    mark = await this.catchUp(catchUp, mark);
    this.tell('swap', 0);
    const swapped = folded.filter(({ table }) => wanted.includes(table));
    for (let tries = 1; !(await swap(control, catchUp, swapped, { live, mark })); tries++) {
      if (tries === SWAPS_MAX) {
        throw new RebuildError(
          'Readers hold the tables without a gap: end long queries, or try again when there are fewer.',
        );
      }
      await sleep(SWAP_PAUSE_MS);
      mark = await this.catchUp(catchUp, mark);
    }
    await dropShadows(control);
    this.tell('swap', 1);
    return { events: this.events, streams: this.streams, tables: wanted };
  }

  /** @returns streams that are not folded to their end. */
  private async foldAll(): Promise<readonly StreamKey[]> {
    const { connect, threads = [] } = this.options;
    const folders = { here: new LocalFolder(connect), threads };
    const tables = this.folded.map(({ table }) => table);
    const snapshot = await connect();
    try {
      await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const { events, streams, unfinished } = await foldAll({
        ...{ snapshot, folders, tables },
        onProgress: (done) => this.options.onProgress?.({ phase: 'fold', ...done }),
      });
      this.events = events;
      this.streams = streams;
      return unfinished;
    } finally {
      await Promise.allSettled([...[folders.here, ...threads].map((folder) => folder.close()), snapshot.end()]);
    }
  }

  /** @returns the mark from which on the rest is to be looked for. */
  private async catchUp(catchUp: CatchUp, since: string): Promise<string> {
    let mark = since;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.tell('catch up', round / ROUNDS_MAX);
      const next = await readMark(this.control);
      const changed = await catchUp.changedSince(mark);
      this.events += await catchUp.fold(changed);
      mark = next;
      if (changed.length <= STREAMS_LEFT_MAX) break;
    }
    return mark;
  }

  private tell(phase: RebuildPhase, share: number): void {
    this.options.onProgress?.({ phase, events: this.events, streams: this.streams, share });
  }
}
