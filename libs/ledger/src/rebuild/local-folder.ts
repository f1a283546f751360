import type pg from 'pg';
import type { PartPlaces } from '../parted/part-places.js';
import { partRows } from '../parted/part-rows.js';
import { SpillFile, type PutAside } from '../parted/spill-file.js';
import { projections } from '../projections/registry.js';
import { PartFolder, type FoldedPart } from './fold-part.js';
import { prepareRead, type ReadOrder } from './fold-sources.js';

/** What all who take part in a rebuild have to know. */
export interface FoldPlan {
  /** The moment that is folded. */
  readonly snapshotId: string;
  /** How many parts the streams are divided into. */
  readonly parts: number;
  /** Whose shadow tables are filled. */
  readonly tables: readonly string[];
}

/** Takes orders, one after the other: to read rows and put them aside by stream, and then to fold the streams of a part into the shadow tables. */
export interface Folder {
  begin(plan: FoldPlan): Promise<void>;
  read(order: ReadOrder): Promise<PutAside>;
  fold(places: PartPlaces): Promise<FoldedPart>;
  /** All that was folded stands in the shadow tables. */
  end(): Promise<void>;
  close(): Promise<void>;
}

interface Begun {
  readonly plan: FoldPlan;
  readonly spill: SpillFile;
  readonly client: pg.Client;
  readonly parts: PartFolder;
  isReading: boolean;
}

/** Folds in this thread, on a connection of its own that first reads and then writes. */
export class LocalFolder implements Folder {
  private begun: Promise<Begun> | undefined;

  constructor(private readonly connect: () => Promise<pg.Client>) {}

  /** @throws SpillError */
  async begin(plan: FoldPlan): Promise<void> {
    this.begun = this.open(plan);
    const { client } = await this.begun;
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(plan.snapshotId)}`);
  }

  /** @throws SpillError */
  async read(order: ReadOrder): Promise<PutAside> {
    const { client, spill, plan } = await this.known();
    return partRows(client, await prepareRead(client, order), { spill, parts: plan.parts });
  }

  async fold(places: PartPlaces): Promise<FoldedPart> {
    const begun = await this.known();
    if (begun.isReading) {
      begun.isReading = false;
      begun.spill.settle();
      await begun.client.query('COMMIT');
    }
    return begun.parts.fold(places);
  }

  async end(): Promise<void> {
    await (await this.known()).parts.end();
  }

  /** Also where it is still beginning. Nothing may be put aside any more when the file is closed. */
  async close(): Promise<void> {
    const begun = await this.begun?.catch(() => undefined);
    await begun?.client.end();
    begun?.spill.close();
  }

  private known(): Promise<Begun> {
    if (this.begun === undefined) throw new TypeError('A folder has to begin first.');
    return this.begun;
  }

  private async open(plan: FoldPlan): Promise<Begun> {
    const spill = new SpillFile(plan.parts);
    try {
      const client = await this.connect();
      const folded = projections.filter(({ table }) => plan.tables.includes(table));
      return { plan, spill, client, parts: new PartFolder(client, folded), isReading: true };
    } catch (error) {
      spill.close();
      throw error;
    }
  }
}
