import { stretchesOf, type PutAside, type Stretch } from './spill-file.js';

/** Where the rows of some whole streams are, source by source. */
export type PartPlaces = readonly (readonly Stretch[])[];

/** A part's places. Stretches stand in the order of the reads, so that rows come in the same order whoever read them. */
export function placesOf<S>(
  part: number,
  sources: readonly S[],
  reads: readonly { readonly source: S }[],
  putAside: readonly PutAside[],
): PartPlaces {
  const places = sources.map((): Stretch[] => []);
  for (const [i, { source }] of reads.entries()) {
    places[sources.indexOf(source)]?.push(...stretchesOf((putAside[i] as PutAside).stretches, part));
  }
  return places;
}
