import type pg from 'pg';
import { projections } from '../projections/registry.js';
import { foldSlice, type FoldedSlice } from './fold-slice.js';
import type { Slice } from './slices.js';

/** Folds slices, one after the other, into the shadow tables of these names. */
export interface SliceFolder {
  fold(slice: Slice, tables: readonly string[]): Promise<FoldedSlice>;
  close(): Promise<void>;
}

/** Folds in this thread, on two connections of its own. */
export class LocalFolder implements SliceFolder {
  private clients: Promise<readonly [pg.Client, pg.Client]> | undefined;

  constructor(private readonly connect: () => Promise<pg.Client>) {}

  async fold(slice: Slice, tables: readonly string[]): Promise<FoldedSlice> {
    this.clients ??= Promise.all([this.connect(), this.connect()]);
    const [reader, writer] = await this.clients;
    const folded = projections.filter(({ table }) => tables.includes(table));
    return foldSlice(reader, writer, slice, folded);
  }

  async close(): Promise<void> {
    const clients = await this.clients;
    await Promise.all((clients ?? []).map((client) => client.end()));
  }
}
