import type { EntryType } from '#domain';

interface PointType {
  readonly type: number;
  readonly description: string;
}

/** Kinds of movements. BonifiQ's own numbers are not published; these are ours. */
export const pointTypes = {
  earned: { type: 0, description: 'Earned' },
  adjusted: { type: 1, description: 'Adjusted' },
  redeemed: { type: 2, description: 'Redeemed' },
  returned: { type: 3, description: 'Returned' },
  expired: { type: 4, description: 'Expired' },
} as const satisfies Record<string, PointType>;

/** A hold that ends by the clock gives points back: it is no expiry of points. */
export const pointTypeOf: Record<EntryType, PointType> = {
  earn: pointTypes.earned,
  adjust: pointTypes.adjusted,
  reserve: pointTypes.redeemed,
  commit: pointTypes.redeemed,
  release: pointTypes.returned,
  expire: pointTypes.returned,
  refund: pointTypes.returned,
};
