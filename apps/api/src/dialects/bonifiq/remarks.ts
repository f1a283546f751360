import { invalid } from '../../http/api-error.js';
import { metadata } from '../../http/fields.js';
import type { MetadataPair } from './fields.js';

/** What is said of a redemption besides what it is. */
export interface Remarks {
  readonly Metadatas?: readonly MetadataPair[] | undefined;
  readonly RedeemOrigin?: number | undefined;
  readonly Branch?: NamedPlace | undefined;
  readonly SalesPerson?: NamedPlace | undefined;
  /** Of cashback that is applied in a checkout. */
  readonly CheckoutId?: string | undefined;
}

interface NamedPlace {
  readonly OriginalId?: string | undefined;
  readonly Name?: string | undefined;
}

/**
 * Remarks as they are kept with the redemption: under the names of the dialect, in its metadata, which can be erased.
 *
 * @throws ApiError VALIDATION_ERROR for more than metadata may hold
 */
export function metadataOf(remarks: Remarks): Readonly<Record<string, unknown>> | undefined {
  // By way of text, which leaves out what was not given.
  const said = JSON.parse(JSON.stringify(remarks)) as object;
  if (Object.keys(said).length === 0) return undefined;
  const kept = metadata.safeParse(said);
  if (kept.success) return kept.data;
  throw invalid('Metadatas, Branch and SalesPerson together must have at most 8192 bytes and 16 levels.');
}

export function remarksOf(kept: Readonly<Record<string, unknown>> | undefined): Remarks {
  return kept ?? {};
}
