import { commandKeyProjection } from './command-key-projection.js';
import { counterProjection } from './counter-projection.js';
import { dialectProjection } from './dialect-projection.js';
import type { Projection } from './projection.js';
import { flaggedProjection, redemptionProjection, voucherCodeProjection } from './redemption-projections.js';
import { walletProjection } from './wallet-projection.js';

/** Every projection there is. A new one is a fold, a table and a line here. */
export const projections: readonly Projection[] = [
  walletProjection,
  redemptionProjection,
  commandKeyProjection,
  voucherCodeProjection,
  flaggedProjection,
  dialectProjection,
  counterProjection,
];

export const projectionNames: readonly string[] = projections.map(({ table }) => table);
