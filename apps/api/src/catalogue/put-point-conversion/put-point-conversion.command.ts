import { Command } from '@nestjs/cqrs';
import type { Decimal, Points } from '#domain';

/** Spending `currencyAmount` earns `points`. */
export interface PointTier {
  readonly currencyAmount: Decimal;
  readonly points: Points;
}

export interface StoredTier extends PointTier {
  /** Its place among the tiers, from 1. */
  readonly id: number;
}

/** Replaces all of a company's tiers. */
export class PutPointConversionCommand extends Command<readonly StoredTier[]> {
  constructor(
    readonly companyId: number,
    readonly tiers: readonly PointTier[],
  ) {
    super();
  }
}
